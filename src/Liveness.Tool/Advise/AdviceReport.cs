using System.Globalization;
using System.Text;
using System.Text.Json;
using Liveness.Advice;

namespace Liveness.Tool.Advise;

/// <summary>What is advised, for people and for programs. Pure.</summary>
internal static class AdviceReport
{
    private const int Version = 1;
    private const string NothingYet = "nothing to advise yet: it takes an hour of watching, and a heartbeat";

    public static string Json(IReadOnlyList<AdviceSource> sources) =>
        JsonSerializer.Serialize(new AdviceDocument(Version, sources), AdviseJsonContext.Default.AdviceDocument);

    public static string Text(IReadOnlyList<AdviceSource> sources)
    {
        StringBuilder text = new();
        foreach (AdviceSource source in sources)
        {
            text.Append(Plain(source.Source)).Append('\n');
            if (source.Advice.Count == 0)
            {
                text.Append("  ").Append(NothingYet).Append("\n\n");
            }

            foreach (NamedAdvice advice in source.Advice)
            {
                Append(text, advice);
            }
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, NamedAdvice advice)
    {
        string name = advice.Name.Length == 0 ? "connections without a name" : Plain(advice.Name);
        string inForce = advice.BoundSeconds is { } bound ? $", {Bound(bound)} in force" : "";
        text.Append(CultureInfo.InvariantCulture, $"  {name} ({Plain(advice.Mode)}){inForce}\n");
        text.Append(
            CultureInfo.InvariantCulture,
            $"    in {Time(advice.WatchedSeconds)} a bound of {Needed(advice.LeastBoundSeconds)} would have been enough\n");
        text.Append("    DetectWithin  false alarms so far  at most one in (95 %)\n");
        Row(text, advice.DetectWithinSeconds, 0, advice.AtMostOneInSeconds, "  advised");
        foreach (ShorterBound shorter in advice.Shorter)
        {
            Row(text, shorter.DetectWithinSeconds, shorter.FalseAlarms, shorter.AtMostOneInSeconds, "");
        }

        if (advice.LossesBySilence > 0)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"    {advice.LossesBySilence} losses by silence are not counted: if one was false, the bound in force is too short\n");
        }

        if (advice.IsTooShort)
        {
            text.Append("    the bound in force is shorter than what was needed\n");
        }

        text.Append('\n');
    }

    private static void Row(StringBuilder text, double bound, long alarms, double oneIn, string mark)
    {
        string count = alarms == 0 ? "0" : string.Create(CultureInfo.InvariantCulture, $"{alarms:N0} at most");
        string rate = Time(oneIn);
        text.Append(CultureInfo.InvariantCulture, $"    {Bound(bound),-14}{count,-21}{(mark.Length > 0 ? $"{rate,-20}" : rate)}{mark}\n");
    }

    private static string Needed(double seconds) => seconds <= 0 ? "less than 10 ms" : Bound(seconds);

    private static string Bound(double seconds) => LossText.Duration(Span(seconds));

    private static string Time(double seconds) => AdviceText.Time(Span(seconds));

    /// <summary>What others say is only a number.</summary>
    private static TimeSpan Span(double seconds) => TimeSpan.FromSeconds(Math.Clamp(seconds, 0, TimeSpan.MaxValue.TotalSeconds / 2));

    /// <summary>It comes from elsewhere: no line breaks, no escape sequences for a terminal.</summary>
    private static string Plain(string text) => LossText.OneLine(text);
}
