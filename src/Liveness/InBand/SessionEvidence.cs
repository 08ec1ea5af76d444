using Liveness.KeepAlive;

namespace Liveness;

/// <summary>What is known of a session: at a verdict, and for whoever looks.</summary>
internal static class SessionEvidence
{
    /// <summary>Everything that is measured when a verdict falls.</summary>
    /// <param name="session">As it stands at the verdict.</param>
    /// <param name="now">The present.</param>
    /// <param name="health">Of this process.</param>
    /// <param name="witness">What the transport said at the verdict, where it was asked.</param>
    /// <param name="error">What the transport failed with.</param>
    /// <param name="offence">What was expected, and what was seen.</param>
    public static LossEvidence Of(
        InBandSession session, Instant now, in LocalHealth health, WitnessReading? witness, Exception? error, Offence offence)
    {
        HeartbeatMachine? machine = session.Machine;
        Instant lastHeard = session.LastHeard;
        TimeSpan bound = session.Bound;
        TimeSpan ownPauses = health.Pauses.Overlap(lastHeard, now);
        KernelSilence? kernel = machine?.KernelInSilence;
        HeardBeats? heard = machine is { HasHeardBeat: true } ? machine.Heard : null;
        TcpInfoSnapshot? snapshot = kernel?.Newest ?? witness?.Kernel;
        PathCounts? sinceHeard = snapshot is { } looked ? session.Path.SinceHeard(looked, lastHeard) : null;
        PathCounts? path = session.Path.Lately(lastHeard, out TimeSpan pathSpan);
        TimeSpan? receiveInterval = machine is null || machine.Timing.Bound == TimeSpan.MaxValue ? null : machine.Timing.ReceiveInterval;
        PeerBound? peerBound = machine is not null
            ? machine.PeerBound
            : PeerBound.Of(session.Handshake!.PeerIntervals, session.Plan.MinTransmitInterval);
        TimeSpan peersOrOurs = peerBound is { } known && known.AtMost > bound ? known.AtMost : bound;
        bool hasFirstBytes = !session.PeerIsKnown && session.Handshake!.ReceivedAnything;
        return new LossEvidence(kernel, witness, error, session.FailedWrite?.Failure)
        {
            IncidentId = session.IncidentId,
            OutboundAge = machine?.OutboundAge(now, health),
            PeerHeardUsAgo = heard is { } said ? TimeSpan.FromMilliseconds(said.HeardAgoMilliseconds) : null,
            SendInterval = machine is null || machine.Timing.SendInterval == TimeSpan.MaxValue ? null : machine.Timing.SendInterval,
            PeerBoundAtLeast = peerBound?.AtLeast,
            PeerBoundAtMost = peerBound?.AtMost,
            PeerLag = heard is { } lagging ? TimeSpan.FromMilliseconds(lagging.LagMilliseconds) : null,
            OwnLag = health.PoolLag,
            OwnPauses = ownPauses,
            LongestOwnPause = health.Pauses.LongestSince(Instant.Min(lastHeard, now - peersOrOurs)),
            ExcusedWhileStarved = Durations.NullIfZero(machine?.ExcusedWhileStarved ?? session.Handshake?.Excused),
            ExcusedForHoleRepair = Durations.NullIfZero(machine?.ExcusedForHoleRepair),
            ExcusedAfterOwnPause = Durations.NullIfZero(machine?.ExcusedAfterOwnPause),
            RoundTrip = machine?.RoundTrip,
            MissedBeats = receiveInterval is { } interval ? (int)(health.Pauses.RunningTime(lastHeard, now) / interval) : null,
            UnansweredProbes = machine?.ProbesInSilence,
            BytesSent = (long)session.Credit.Sent,
            BytesReceived = (long)session.Window.Received,
            PeerReceivedBytes = heard is { } received ? (long)received.Received : null,
            PeerConsumedBytes = heard is { } consumed ? (long)consumed.Consumed : null,
            UnacknowledgedFor = machine?.UnconfirmedFor(now, health),
            TimeoutsSinceHeard = sinceHeard?.Timeouts,
            OutOfOrderSinceHeard = sinceHeard?.OutOfOrder,
            PathChangesSinceHeard = sinceHeard?.Rehashes,
            PathSpan = path is null ? null : pathSpan,
            PathSentSegments = path?.Sent,
            PathRetransmittedSegments = path?.Retransmitted,
            PathTimeouts = path?.Timeouts,
            PathReceivedSegments = path?.Received,
            PathOutOfOrderSegments = path?.OutOfOrder,
            PathChanges = path?.Rehashes,
            WriteStuck = machine is { WasStuck: true } ? true : null,
            ProtocolExpected = offence.Expected,
            ProtocolSeen = offence.Seen,
            FirstBytes = hasFirstBytes ? session.Intake.FirstBytes : (ReadOnlyMemory<byte>?)null,
        };
    }

    /// <summary>For whoever looks at the connection.</summary>
    public static ConnectionSnapshot Snapshot(InBandSession session, Instant now, in LocalHealth health, BoundAdvice? advice)
    {
        HeartbeatMachine? machine = session.Machine;
        HeardBeats? heard = machine is { HasHeardBeat: true } ? machine.Heard : null;
        return new ConnectionSnapshot
        {
            State = session.State,
            Conditions = session.Conditions,
            Bound = Durations.Finite(session.Bound),
            Silence = session.IsStarted ? health.Pauses.RunningTime(session.LastHeard, now) : TimeSpan.Zero,
            OutboundAge = machine?.OutboundAge(now, health),
            RoundTrip = machine?.RoundTrip,
            MinRoundTrip = machine?.MinRoundTrip,
            ReceiveInterval = machine is null ? null : Durations.Finite(machine.Timing.ReceiveInterval),
            SendInterval = machine is null ? null : Durations.Finite(machine.Timing.SendInterval),
            BeatsSent = machine?.BeatsSent ?? 0,
            BeatsReceived = machine?.BeatsReceived ?? 0,
            ProbesSent = machine?.ProbesSent ?? 0,
            BytesSent = (long)session.Credit.Sent,
            BytesReceived = (long)session.Window.Received,
            PeerReceivedBytes = heard is { } received ? (long)received.Received : null,
            PeerConsumedBytes = heard is { } consumed ? (long)consumed.Consumed : null,
            UnreadBytes = session.Window.Unread,
            ReceiveWindow = session.Window.Window,
            PeerHeardUsAgo = heard is { } said ? TimeSpan.FromMilliseconds(said.HeardAgoMilliseconds) : null,
            PeerLag = heard is { } lagging ? TimeSpan.FromMilliseconds(lagging.LagMilliseconds) : null,
            OwnPauses = health.Pauses.Overlap(session.LastHeard, now),
            IncidentId = session.IncidentId,
            PathChanges = session.PathChanges,
            Advice = machine is null || machine.Bound == TimeSpan.MaxValue ? null : advice,
        };
    }
}
