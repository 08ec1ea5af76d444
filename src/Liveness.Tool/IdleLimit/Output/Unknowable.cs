namespace Liveness.Tool.IdleLimit;

/// <summary>What a search can't know, a plain sentence each. Pure.</summary>
internal static class Unknowable
{
    public static IReadOnlyList<string> Of(IdleLimitReport report)
    {
        SearchResult result = report.Result;
        List<string> told = [];
        if (result is { Verdict: SearchVerdict.Forgotten, How: TrialOutcome.Reset })
        {
            told.Add("who sent the reset: a box, or the server's host itself, where it drops connections on which nothing is said"
                + (report.Request.Message.IsEmpty ? " (--send says something)" : ""));
        }

        if (result.Verdict == SearchVerdict.NoLimit)
        {
            told.Add($"a limit longer than {IdleWords.Of(result.AliveAfter)}: --max-idle tries more");
        }

        if (result.Verdict == SearchVerdict.Ended)
        {
            told.Add($"a limit longer than {IdleWords.Of(result.AliveAfter)}: this server does not let a connection be idle for longer, "
                + "another one behind the same path may");
        }

        if (result.Verdict is SearchVerdict.NoLimit or SearchVerdict.Ended)
        {
            told.Add("a box that forgets a connection and takes it up again when this side sends, as Linux' connection tracking does "
                + "unless told otherwise: what the server sends meanwhile is lost, and nothing shows it here");
        }

        told.Add(report.Request.Message.IsEmpty
            ? "what lies behind a proxy or load balancer, which answers probes itself: this is the path to it (--send goes through)"
            : "what lies behind a proxy that answers the text itself");
        return told;
    }
}
