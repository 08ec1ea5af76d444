using System.Net;

namespace Liveness.Tool.IdleLimit;

/// <summary>What to say where the first connection, idle for a second, shows that a search would say nothing. Pure.</summary>
internal static class FirstTrial
{
    /// <param name="trial">Not alive.</param>
    /// <param name="server">To whom.</param>
    /// <param name="hasMessage">A message was sent, not a probe.</param>
    public static string WhyUseless(Trial trial, IPEndPoint server, bool hasMessage) => trial.Outcome switch
    {
        TrialOutcome.NotConnected => $"Can't connect to {server}: {trial.Why}",
        TrialOutcome.Silent when hasMessage => $"{server} does not answer what --send says: use a text to which it answers at once.",
        TrialOutcome.Silent =>
            $"{server} takes connections, but after a second without a word no probe is answered: a box on the way swallows keepalive, or "
            + "forgets that soon. --send asks the server itself.",
        TrialOutcome.Reset when hasMessage => $"{server} resets the connection when it hears what --send says.",
        TrialOutcome.Reset =>
            $"{server} takes connections, and after a second without a word a reset answers the probe: the server accepts only where "
            + "something is said first, or a box on the way forgets that soon. --send says something.",
        TrialOutcome.Closed or TrialOutcome.Aborted =>
            $"{server} {(trial.Outcome == TrialOutcome.Closed ? "closed" : "reset")} the connection after {IdleWords.Of(trial.Idle)}: "
            + $"it can't be idle. {(hasMessage ? "Use another port or text." : "Use another port, or --send with what it expects.")}",
        _ => $"{server} sends something all the time: a connection to it is never idle, and no box forgets it.",
    };
}
