using System.Globalization;

namespace Fleet;

/// <summary>What happens and what the view says of it, on the console, and whether it was right.</summary>
internal sealed class Report(TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly long _begun = clock.GetTimestamp();
    private int _right;
    private int _wrong;

    public bool IsRight => _wrong == 0 && _right > 0;

    public string Sum => $"{_right} of {_right + _wrong} expectations held";

    /// <param name="who">Whose words.</param>
    /// <param name="text">They.</param>
    public void Say(string who, string text)
    {
        lock (_gate)
        {
            string time = clock.GetElapsedTime(_begun).TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture);
            Console.WriteLine($"{time,8}  {who,-6}  {text}");
        }
    }

    /// <param name="what">Is promised.</param>
    /// <param name="took">How long it took; null = it did not happen.</param>
    /// <param name="bound">The longest that is promised.</param>
    public void Expect(string what, TimeSpan? took, TimeSpan bound) =>
        Note(took <= bound, $"{what}: {(took is { } span ? Seconds(span) : "never")} (at most {Seconds(bound)})");

    /// <param name="what">Is promised, whatever the time.</param>
    /// <param name="isSo">Whether it is.</param>
    /// <param name="seen">What was seen.</param>
    public void Expect(string what, bool isSo, string seen) => Note(isSo, $"{what}: {seen}");

    private static string Seconds(TimeSpan span) => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.00} s");

    private void Note(bool isRight, string text)
    {
        (_right, _wrong) = isRight ? (_right + 1, _wrong) : (_right, _wrong + 1);
        Say(isRight ? "right" : "WRONG", text);
    }
}
