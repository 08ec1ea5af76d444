namespace Liveness.Tests.Simulation;

/// <summary>Whether a terminal event is true, and in time.</summary>
internal sealed class Verdicts(SimulatedConnection connection)
{
    private static readonly TimeSpan s_tolerance = TimeSpan.FromMilliseconds(2);

    public void Check(SimulatedEnd end, Instant now)
    {
        end.Require(end.Session.Farewell != GoodbyeCode.ProtocolViolation, now, "finds that an honest peer breaks the protocol");
        if (end.Session.Loss is not { } loss)
        {
            MovedNoMore(end, connection.PeerOf(end), now);
            return;
        }

        SimulatedEnd peer = connection.PeerOf(end);
        switch (loss.Kind)
        {
            case LossKind.HeartbeatTimedOut:
                IsInTime(end, now);
                IsSilent(end, peer, now);
                break;
            case LossKind.OutboundDead:
                IsUnheard(end, peer, now);
                break;
            case LossKind.PeerGaveUp:
            case LossKind.ConnectionReset:
            case LossKind.ClosedWithoutGoodbye:
                end.Require(peer.Aborted || (peer.CloseBeganAt is not null && peer.IsGone), now, $"says {loss.Kind}, but the peer did not give up");
                break;
            case LossKind.CloseTimedOut:
                end.Require(end.CloseBeganAt is not null, now, "gives up a close that it has not begun");
                break;
            case LossKind.HandshakeFailed:
                end.Require(peer.LeftTheHandshake, now, $"fails the handshake ({loss.Detail}) with a peer that did not give up during it");
                break;
            default:
                end.Require(false, now, $"ends as {loss.Kind} ({loss.Rule}, {loss.Detail}) with an honest peer");
                break;
        }
    }

    /// <summary>Neither before the deadline nor later than it, with exactly the own pauses, one grace and the excuses on top.</summary>
    private static void IsInTime(SimulatedEnd end, Instant now)
    {
        HeartbeatMachine machine = end.Session.Machine!;
        TimeSpan silence = end.Pauses.RunningTime(end.LastTaken, now);
        end.Require(silence >= machine.Timing.Deadline, now, $"judges after {silence}, before its deadline {machine.Timing.Deadline}");
        if (end.LongestDeadline == TimeSpan.MaxValue)
        {
            return;
        }

        TimeSpan most = end.LongestDeadline > machine.Timing.Deadline ? end.LongestDeadline : machine.Timing.Deadline;
        if (end.Pauses.NewestLongerThan(machine.Bound / 4, end.LastTaken) is not null)
        {
            most += machine.Timing.ReceiveInterval + (machine.RoundTrip ?? TimeSpan.Zero);
        }

        TimeSpan lag = end.Profile.HidesReads ? end.LaggedWithin(end.LastTaken, now) : TimeSpan.Zero;
        most += lag > TimeSpan.Zero ? lag + (machine.Timing.ReceiveInterval / 2) : TimeSpan.Zero;
        most += end.HolesSince >= end.LastTaken ? machine.Bound + (machine.Timing.ReceiveInterval / 2) : TimeSpan.Zero;
        end.Require(silence <= most + s_tolerance, now, $"judges after {silence}, later than {most}");
    }

    /// <summary>A close is cut short only if the peer has taken nothing for long.</summary>
    private static void MovedNoMore(SimulatedEnd end, SimulatedEnd peer, Instant now)
    {
        HeartbeatPlan plan = end.Profile.Plan;
        bool mayStop = end.Incoming.IsCut || end.Outgoing.IsCut || peer.IsGone || now - end.CloseBeganAt >= plan.CloseDeadline;
        if (end.CloseWasCutShort && !mayStop)
        {
            Instant began = end.CloseBeganAt!.Value;
            TimeSpan idle = end.Pauses.RunningTime(Instant.Max(began, peer.LastDataTaken), now) + peer.LaggedWithin(began, now) + peer.PausedWithin(began, now);
            TimeSpan reported = end.Session.Machine is { } machine && machine.Timing.ReceiveInterval != TimeSpan.MaxValue ? machine.Timing.ReceiveInterval : TimeSpan.Zero;
            idle += reported + Way(end.Incoming, now) + Way(end.Outgoing, now);
            end.Require(idle >= plan.CloseTimeout, now, $"cuts its close short though the peer took data {idle} ago");
        }
    }

    /// <summary>
    /// Either a byte of the peer is late by more than D - R - tick together with the time in which the peer could hand none over, or the
    /// way is cut.
    /// </summary>
    private static void IsSilent(SimulatedEnd end, SimulatedEnd peer, Instant now)
    {
        end.Require(end.Incoming.Readable == 0, now, "judges a silence while bytes of the peer wait");
        if (end.Incoming.IsCut || peer.IsGone || (end.Outgoing.IsCut && !peer.Session.IsOpen))
        {
            return;
        }

        HeartbeatMachine machine = end.Session.Machine!;
        TimeSpan late = end.Incoming.Lateness(now);
        Instant from = end.LastTaken - machine.Bound;
        TimeSpan hindered = peer.PausedWithin(from, now) + peer.BlockedWithin(from, now);
        if (!peer.Session.IsOpen)
        {
            // Before it has our HELLO it sends no beats, and a pool that lags does not read it.
            hindered += end.Outgoing.Lateness(now) + peer.LaggedWithin(from, now);
        }

        TimeSpan room = machine.Timing.Deadline - machine.Timing.ReceiveInterval - end.Profile.Plan.Rate.Tick;
        end.Require(late + hindered >= room, now, $"loses a peer whose oldest byte is under way for {late}, which was hindered for {hindered}; up to {room} is no loss");
    }

    private static void IsUnheard(SimulatedEnd end, SimulatedEnd peer, Instant now)
    {
        if (end.Outgoing.IsCut || peer.IsGone)
        {
            return;
        }

        // What this end knows is as old as the way back is long.
        TimeSpan wayBack = Way(end.Incoming, now) + end.Session.Machine!.Timing.ReceiveInterval;
        TimeSpan unheard = peer.LongestSilenceSince(now - wayBack - s_tolerance, now);

        // Judged by T, which is shorter than the bound where the peer beats more slowly than it was asked to; three fifths, and it was
        // asked.
        end.Require(unheard >= end.Session.Machine!.Timing.DetectWithin * 0.6, now, $"says that the way out is dead, but the peer was never without bytes for longer than {unheard}");
    }

    private static TimeSpan Way(SimulatedPipe pipe, Instant now) => pipe.Conditions.Delay + pipe.Conditions.Jitter + pipe.Lateness(now);
}
