using System.Globalization;
using System.Text;

namespace Liveness.Tool.IdleLimit;

/// <summary>For people. Pure.</summary>
internal static class IdleLimitText
{
    public static string Write(IdleLimitReport report)
    {
        StringBuilder text = new();
        text.Append(Verdict(report.Result)).Append('\n');
        AddNotes(text, report.Result);
        text.Append('\n');
        if (report.Holding is { } holding)
        {
            text.Append("Keepalive that holds a connection; anything shorter does, too:\n");
            text.Append("  Liveness    ").Append(holding.AppSettings).Append('\n');
            text.Append("  a socket    ").Append(holding.SocketOptions).Append('\n');
            text.Append("  the system  ").Append(holding.Sysctl).Append('\n');
        }
        else if (report.Result.Verdict == SearchVerdict.Unsure)
        {
            text.Append("No settings: none are sure to hold a connection. Try again, with more --connections or to another server.\n");
        }
        else
        {
            text.Append("Keepalive can't be so quick: its times are whole seconds. A heartbeat in the protocol can.\n");
        }

        if (report.Result.Verdict == SearchVerdict.Ended)
        {
            text.Append(WhyKeepAliveIsNotEnough(report.Result));
        }

        foreach (string unknown in Unknowable.Of(report))
        {
            text.Append("not known: ").Append(unknown).Append('\n');
        }

        text.Append("It took ").Append(IdleWords.Of(report.Took)).Append(".\n");
        return text.ToString();
    }

    private static string Verdict(SearchResult result) => result.Verdict switch
    {
        SearchVerdict.Forgotten =>
            $"A box on the way forgets an idle connection after {IdleWords.Of(result.AliveAfter)} to "
            + $"{IdleWords.Of(result.ForgottenAfter!.Value)}, "
            + (result.How == TrialOutcome.Reset ? "and answers with a reset." : "and says nothing."),
        SearchVerdict.NoLimit => $"No box on the way forgets a connection that is idle for {IdleWords.Of(result.AliveAfter)}.",
        SearchVerdict.Ended =>
            $"{Ended(result.How)} after {IdleWords.Of(result.EndedAfter!.Value)}. No box on the way forgets it within "
            + $"{IdleWords.Of(result.AliveAfter)}.",
        _ => $"No clear limit: a connection lived after {IdleWords.Of(result.AliveAfter)}"
            + (result.Strays > 0 ? $", and {result.Strays} of {result.Probed} did not though they were idle for less. " : ". ")
            + "Much is lost on the way, there are several paths, or the server takes no more connections.",
    };

    private static string Ended(TrialOutcome? how) => how switch
    {
        TrialOutcome.Closed => "The server, or a proxy in its place, closes an idle connection",
        TrialOutcome.Aborted => "The server, or a firewall in its place, resets an idle connection unasked",
        TrialOutcome.ServerSpoke => "The server says something by itself",
        _ => "The server's host sends something without data by itself, as keepalive does,",
    };

    private static string WhyKeepAliveIsNotEnough(SearchResult result) => result.How switch
    {
        TrialOutcome.Closed =>
            "Keepalive does not keep a server or proxy from closing: they wait for data. Let the application send some.\n",
        TrialOutcome.Aborted => "Keepalive keeps a firewall from that, but not a server, which waits for data.\n",
        _ => "While the server does that, no connection to it is idle for longer.\n",
    };

    private static void AddNotes(StringBuilder text, SearchResult result)
    {
        if (result.Strays > 0 && result.Verdict != SearchVerdict.Unsure)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"{result.Strays} of {result.Probed} got no answer although others were idle for longer and did, the first after "
                + $"{IdleWords.Of(result.ShortestStray!.Value)}: lost by chance, most likely. The settings reckon with it.\n");
        }

        if (result.Verdict == SearchVerdict.Ended && result.EndedAfter < result.AliveAfter)
        {
            text.Append("Others were idle for longer and lived: several servers or proxies, each with its own time.\n");
        }

        if (result.TurnedAway > 0)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"{result.TurnedAway} connections were refused or ended at once: it takes fewer, and --connections asks for fewer.\n");
        }
    }
}
