using System.Globalization;

namespace Liveness.Tool.Conformance;

/// <summary>
/// Times in cases, and how exactly they are meant: <c>750ms</c>, or in intervals that follow from the testee's HELLO: <c>1.5R</c> (its
/// receive interval), <c>2S</c> (its send interval), <c>1B</c> (its bound). Pure.
/// </summary>
internal static class Tolerance
{
    /// <summary>For what is to happen at once.</summary>
    public static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);

    /// <summary>What has not happened by then does not happen.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    /// <summary>A verdict that comes earlier by no more than this may be a matter of two clocks.</summary>
    public static readonly TimeSpan Early = TimeSpan.FromMilliseconds(30);

    /// <summary>Later by so much is still as the page says: a timer and a scheduler lie in between.</summary>
    public static readonly TimeSpan Late = TimeSpan.FromMilliseconds(250);

    /// <summary>Later by so much is a promise kept badly; what is later still is none.</summary>
    public static readonly TimeSpan TooLate = TimeSpan.FromSeconds(2);

    public static TimeSpan Read(string text, RuleBook rules)
    {
        string unit = text.TrimStart([.. "0123456789."]);
        double number = double.Parse(text[..^unit.Length], CultureInfo.InvariantCulture);
        return TimeSpan.FromMilliseconds(number * unit switch
        {
            "ms" => 1,
            "s" => 1000,
            "R" => Receive(rules),
            "S" => Send(rules),
            "B" => Receive(rules) * Beats(rules.Theirs!.Rx),
            _ => throw new FormatException($"\"{text}\" is no time: ms, s, R, S or B"),
        });
    }

    private static double Receive(RuleBook rules) => Math.Max(rules.Theirs!.Rx, rules.Ours!.MinTx);

    private static double Send(RuleBook rules)
    {
        double own = rules.Theirs!.Rx == 0 ? double.MaxValue : rules.Theirs.Rx;
        return Math.Max(Math.Min(own, rules.Ours!.Rx), Math.Max(rules.Ours.MinRx, rules.Theirs.MinTx));
    }

    /// <summary>MissedBeats + 1 never travels. It follows from the interval where the formula of section 4 leaves no choice; at most
    /// ten.</summary>
    private static double Beats(uint rx) => rx <= 800 ? 4 : 10;
}
