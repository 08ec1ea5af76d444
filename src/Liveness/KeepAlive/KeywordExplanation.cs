using System.Globalization;

namespace Liveness.KeepAlive;

/// <summary>The keywords of a client in plain words.</summary>
internal static class KeywordExplanation
{
    public static string Of(TcpKeepAlivePlan plan, KeywordClient client, KeywordTimes times, TcpKeepAliveKeywords keywords) =>
        string.Join(Environment.NewLine, Lines(plan, client, times, keywords));

    private static IEnumerable<string> Lines(
        TcpKeepAlivePlan plan, KeywordClient client, KeywordTimes times, TcpKeepAliveKeywords keywords)
    {
        TimeSpan? idle = keywords.Detection.Idle;
        yield return $"{client.Name} on {plan.Platform}: {keywords.ConnectionString}";
        string asked = plan.DetectWithin is { } target ? $"; the plan says {KeepAliveText.Of(target)}" : "";
        yield return $"A dead peer or path is found while idle {KeepAliveText.Within(idle, "after a time that is not known")}{asked}.";
        if (!plan.Enabled && times.Enabled)
        {
            yield return $"{client.Name} always switches keepalive on: the plan's \"off\" can't be expressed.";
        }

        if (times.Enabled)
        {
            yield return string.Create(CultureInfo.InvariantCulture,
                $"There is no keyword for the number of probes: the system sends {times.Count}.");
        }

        if (client.FixedInterval is { } interval && times.Idle is not null)
        {
            yield return string.Create(CultureInfo.InvariantCulture,
                $"There is no keyword for the interval: it is always {interval} s.");
        }

        string inFlight = KeepAliveText.Within(keywords.Detection.DataInFlight, "after a time that is not known");
        yield return $"There is no keyword for the user timeout: with data in flight the kernel gives up {inFlight}. A command fails "
            + "earlier by its own Command Timeout.";
    }
}
