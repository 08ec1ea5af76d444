namespace Liveness.Tests.Simulation;

/// <summary>What must hold once a connection has run to its end.</summary>
internal static class Outcome
{
    public static void Check(SimulatedConnection connection, bool lossIsAllowed)
    {
        CheckEnd(connection.A, connection.B, connection.Now, lossIsAllowed);
        CheckEnd(connection.B, connection.A, connection.Now, lossIsAllowed);
    }

    private static void CheckEnd(SimulatedEnd end, SimulatedEnd peer, Instant now, bool lossIsAllowed)
    {
        bool mayBeBlind = (!end.Profile.Plan.Rate.Judges || !peer.Profile.Plan.Rate.Judges) && (end.Incoming.IsCut || end.Outgoing.IsCut);
        end.Require(end.IsGone || mayBeBlind, now, end.Session.HasEnded || end.CloseBeganAt is not null ? "does not let go" : "goes on for ever");
        end.Require(end.EndedAt is not null || mayBeBlind, now, "has no terminal event");
        bool peerCutItShort = peer.LeftTheHandshake || (peer.Aborted && peer.Session.Loss is null or { Kind: LossKind.CloseTimedOut });
        end.Require(end.Session.Loss is null or { Kind: LossKind.CloseTimedOut } || lossIsAllowed || peerCutItShort, now, $"loses a healthy connection: {end.Session.Loss?.Kind}");
        end.Require(end.ReadTotal <= peer.Written, now, "reads more than was written");
        if (end.ReadToEnd && peer.Session.Loss is null && end.ClosedInOrderBy(peer))
        {
            end.Require(end.ReadTotal == peer.Written, now, $"sees the end of the stream after {end.ReadTotal} of {peer.Written} bytes");
        }

        end.Require(end.EndedAt is null || end.Budget.Taken == 0, now, $"keeps {end.Budget.Taken} bytes of the budget");
        CheckClose(end, now);
    }

    private static bool ClosedInOrderBy(this SimulatedEnd end, SimulatedEnd peer) => !peer.Aborted && (peer.ClosedFirst || end.Session.PeerHasEnded);

    /// <summary>A close is done in its time.</summary>
    private static void CheckClose(SimulatedEnd end, Instant now)
    {
        if (end.CloseBeganAt is not { } began || end.GoneAt is not { } gone || end.Session.Loss is not (null or { Kind: LossKind.CloseTimedOut }))
        {
            return;
        }

        HeartbeatPlan plan = end.Profile.Plan;
        TimeSpan took = end.Pauses.RunningTime(began, gone);
        end.Require(plan.CloseDeadline == Timeout.InfiniteTimeSpan || took <= plan.CloseDeadline + TimeSpan.FromMilliseconds(2), now, $"closes for {took}, longer than {plan.CloseDeadline}");
    }
}
