using System.Globalization;

namespace Liveness.Presence.AspNetCore;

/// <summary>The options of a page of the fleet.</summary>
public sealed class LivenessPresencePageOptions
{
    private const int MostRows = 1_000;
    private static readonly TimeSpan s_shortest = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(1);

    /// <summary>The page's heading.</summary>
    /// <value>The default is "Fleet". It must not be empty.</value>
    public string Title { get; set; } = "Fleet";

    /// <summary>How many devices one answer lists at most.</summary>
    /// <value>1 to 1,000; the default is 50.</value>
    public int MaxDevices { get; set; } = 50;

    /// <summary>How long one answer may ask the store. What was found until then is shown.</summary>
    /// <value>100 ms to one minute; the default is 2 s.</value>
    public TimeSpan AnswerWithin { get; set; } = TimeSpan.FromSeconds(2);

    /// <exception cref="ArgumentException">Names every option that is out of range.</exception>
    internal void Validate(string parameter)
    {
        List<string> failures = [];
        if (string.IsNullOrWhiteSpace(Title))
        {
            failures.Add("Title must not be empty");
        }

        if (MaxDevices is < 1 or > MostRows)
        {
            failures.Add(string.Create(CultureInfo.InvariantCulture, $"MaxDevices is {MaxDevices}, and must be 1 to {MostRows}"));
        }

        if (AnswerWithin < s_shortest || AnswerWithin > s_longest)
        {
            failures.Add(string.Create(
                CultureInfo.InvariantCulture, $"AnswerWithin is {AnswerWithin:c}, and must be {s_shortest:c} to {s_longest:c}"));
        }

        if (failures.Count > 0)
        {
            throw new ArgumentException(string.Join("; ", failures) + ".", parameter);
        }
    }
}
