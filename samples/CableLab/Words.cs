using System.CommandLine.Parsing;
using System.Globalization;
using Liveness;

namespace CableLab;

/// <summary>How a word of the command line becomes a value. A wrong one is named, with what is allowed.</summary>
public static class Words
{
    /// <param name="word">As it was typed.</param>
    /// <param name="what">It is, for the refusal.</param>
    /// <param name="allowed">In words, for the refusal.</param>
    /// <param name="least">The smallest that is allowed.</param>
    /// <param name="most">The largest that is allowed.</param>
    public static int Number(ArgumentResult word, string what, string allowed, int least, int most)
    {
        string text = TextOf(word);
        bool isNumber = int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number);
        if (!isNumber || number < least || number > most)
        {
            word.AddError($"\"{text}\" is no {what}: use {allowed}.");
        }

        return number;
    }

    /// <param name="word">As it was typed.</param>
    /// <param name="what">It is, for the refusal.</param>
    /// <param name="known">All that are allowed.</param>
    public static string OneOf(ArgumentResult word, string what, IReadOnlyList<string> known)
    {
        string text = TextOf(word);
        if (!known.Contains(text))
        {
            word.AddError($"Unknown {what} \"{text}\": use one of {string.Join(", ", known)}.");
        }

        return text;
    }

    /// <param name="word">As it was typed.</param>
    /// <param name="use">What the library will be asked for with it: the library knows its own range.</param>
    public static TimeSpan DurationFor(ArgumentResult word, Func<TimeSpan, HeartbeatOptions> use)
    {
        string text = TextOf(word);
        if (!Duration.TryParse(text, out TimeSpan duration))
        {
            word.AddError($"\"{text}\" is no duration: use 3s, 500ms or 00:00:03.");
            return duration;
        }

        try
        {
            HeartbeatPlan.Create(use(duration));
        }
        catch (ArgumentOutOfRangeException exception)
        {
            word.AddError(exception.Message);
        }

        return duration;
    }

    private static string TextOf(ArgumentResult word) => word.Tokens[0].Value;
}
