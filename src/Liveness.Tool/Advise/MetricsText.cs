using System.Globalization;
using System.Text.RegularExpressions;
using Liveness.Advice;
using Liveness.Diagnostics;

namespace Liveness.Tool.Advise;

/// <summary>
/// The metrics of a process in the text format of Prometheus: dots are underscores there, and the unit may stand behind the name. Pure.
/// </summary>
internal static partial class MetricsText
{
    /// <exception cref="ToolException">There is nothing of ours.</exception>
    public static IReadOnlyList<NamedAdvice> Read(string source, string text)
    {
        Dictionary<(string Name, string Mode), Dictionary<string, double>> found = [];
        bool hasOurs = false;
        foreach (Match line in Sample().Matches(text))
        {
            hasOurs = true;
            if (InstrumentOf(line.Groups["metric"].Value) is { } instrument
                && double.TryParse(line.Groups["value"].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
                && double.IsFinite(value))
            {
                Dictionary<string, string> labels = [];
                foreach (Match label in Label().Matches(line.Groups["labels"].Value))
                {
                    labels[label.Groups[1].Value] = Unescaped(label.Groups[2].Value);
                }

                (string, string) key = (
                    labels.GetValueOrDefault(Plain(MetricTags.ConnectionName), ""), labels.GetValueOrDefault(Plain(MetricTags.Mode), ""));
                found.TryAdd(key, []);
                found[key][instrument] = value;
            }
        }

        if (!hasOurs)
        {
            throw new ToolException(
                $"{source} is neither the JSON of a status page of Liveness nor metrics with a name that begins with \"liveness_\".",
                ExitCodes.NoSuchTarget);
        }

        return
        [
            .. found.OrderBy(static pair => pair.Key)
                .Where(static one => one.Value.ContainsKey(LivenessMeter.AdvisedBound) && one.Value.ContainsKey(LivenessMeter.WatchedTime))
                .Select(static one => Of(one.Key, one.Value)),
        ];
    }

    private static NamedAdvice Of((string Name, string Mode) key, Dictionary<string, double> values) => new(
        key.Name,
        key.Mode,
        BoundSeconds: null,
        values[LivenessMeter.AdvisedBound],
        values[LivenessMeter.WatchedTime] / PoissonBound.AtMost(0),
        values.GetValueOrDefault(LivenessMeter.NeededBound),
        values[LivenessMeter.WatchedTime],
        LossesBySilence: null,
        Shorter: []);

    private static string? InstrumentOf(string metric) =>
        new[] { LivenessMeter.AdvisedBound, LivenessMeter.NeededBound, LivenessMeter.WatchedTime }
            .FirstOrDefault(name => metric.StartsWith(Plain(name), StringComparison.Ordinal)
                && metric[Plain(name).Length..] is "" or "_seconds" or "_total" or "_seconds_total");

    private static string Plain(string name) => name.Replace('.', '_');

    private static string Unescaped(string label) => label.Replace("\\\"", "\"").Replace("\\\\", "\\");

    [GeneratedRegex("""(?m)^(?<metric>liveness_\w+)(?:\{(?<labels>[^\r\n]*)\})?[ \t]+(?<value>[^ \t\r\n]+)""")]
    private static partial Regex Sample();

    [GeneratedRegex("""(\w+)="((?:[^"\\]|\\.)*)" *""")]
    private static partial Regex Label();
}
