using System.Net.Sockets;

namespace Liveness;

/// <content>A verdict, and everything that was measured when it fell.</content>
internal sealed partial class InBandSession
{
    private SessionSignals Violated(ProtocolRule rule, scoped ReadOnlySpan<byte> payload, Instant now, in LocalHealth health) =>
        Lose(LossKind.ProtocolViolated, now, health, judgedHere: true, rule: rule, offence: SessionOffences.Of(rule, _reader, payload, _machine, _credit, _window));

    private SessionSignals LoseByError(Exception error, Instant now, in LocalHealth health)
    {
        LossKind kind = SocketErrorTable.Classify(error);
        if (kind == LossKind.KeepAliveTimedOut && _machine is { } machine && machine.Timing.Bound != TimeSpan.MaxValue
            && machine.Silence(now, health) >= machine.Timing.Deadline - (machine.Timing.Bound / 4))
        {
            // The kernel was a moment faster than we are, with less knowledge: one cut has one name.
            kind = LossKind.HeartbeatTimedOut;
        }

        return Lose(kind, now, health, error: error);
    }

    /// <summary>Nothing has moved for too long. A close that has nothing left to lose is closed by a FIN all the same.</summary>
    private SessionSignals LoseClose(Instant now, in LocalHealth health, ITransportWitness witness)
    {
        bool allTaken = _scheduler.GoodbyeTaken && EverythingIsConfirmed;
        if (_plan.CloseTimeout == TimeSpan.Zero && EverythingIsConfirmed)
        {
            // Nobody was to be waited for, and nothing is missing.
            return CloseIsOver(inGoodOrder: true);
        }

        SessionSignals signals = Lose(LossKind.CloseTimedOut, now, health, judgedHere: true, witness: witness.Read());
        _farewell = Farewells.OfClose(allTaken);
        ClosesInGoodOrder = allTaken;
        return signals;
    }

    private SessionSignals Lose(
        LossKind kind,
        Instant now,
        in LocalHealth health,
        bool judgedHere = false,
        string? detail = null,
        Exception? error = null,
        GoodbyeFrame? goodbye = null,
        ProtocolRule rule = ProtocolRule.None,
        WitnessReading? witness = null,
        Offence offence = default,
        (Diagnosis, Certainty)? decided = null)
    {
        if (HasEnded)
        {
            return SessionSignals.None;
        }

        GiveUpUnsent();
        _farewell = Farewells.Of(kind, judgedHere);
        Loss = new LossObservation
        {
            Kind = kind,
            Silence = health.Pauses.RunningTime(LastHeard, now),
            Bound = Bound,
            Evidence = Measure(now, health, witness, error, offence),
            Exception = error,
            Goodbye = goodbye,
            Rule = rule,
            Detail = detail,
            Decided = decided is not null ? decided : kind == LossKind.HandshakeFailed && offence.Expected is not null ? (Diagnosis.NoCommonVersion, Certainty.Proven) : null,
            UnconfirmedBytes = (long)Unconfirmed,
        };
        SessionSignals ended = EndOrderly();
        return _close is null ? ended : ended | CloseIsOver(inGoodOrder: false);
    }

    private Evidence Measure(Instant now, in LocalHealth health, WitnessReading? witness, Exception? error, Offence offence)
    {
        TimeSpan ownPauses = health.Pauses.Overlap(LastHeard, now);
        KernelSilence? kernel = _machine?.KernelInSilence;
        SocketException? socketError = SocketErrorTable.Find(error ?? _writeFailure);
        HeartbeatMachine? machine = _machine;
        BeatFrame? heard = machine is { HasHeardBeat: true } ? machine.Heard : null;
        TcpInfoSnapshot? snapshot = kernel?.Newest ?? witness?.Kernel;
        PathCounts? sinceHeard = snapshot is { } looked ? _path.SinceHeard(looked, LastHeard) : null;
        PathCounts? path = _path.Lately(LastHeard, out TimeSpan pathSpan);
        TimeSpan? receiveInterval = machine is null || machine.Timing.Bound == TimeSpan.MaxValue ? null : machine.Timing.ReceiveInterval;
        PeerBound? peerBound = machine is null ? PeerBound.Of(_peerIntervals, _plan.MinTransmitInterval) : machine.PeerBound;
        return new Evidence
        {
            IncidentId = IncidentId,
            OutboundAge = machine?.OutboundAge(now, health),
            PeerHeardUsAgo = heard is { } said ? TimeSpan.FromMilliseconds(said.HeardAgoMilliseconds) : null,
            SendInterval = machine is null || machine.Timing.SendInterval == TimeSpan.MaxValue ? null : machine.Timing.SendInterval,
            PeerBoundAtLeast = peerBound?.AtLeast,
            PeerBoundAtMost = peerBound?.AtMost,
            PeerLag = heard is { } lagging ? TimeSpan.FromMilliseconds(lagging.LagMilliseconds) : null,
            OwnLag = health.PoolLag,
            OwnPauses = ownPauses,
            LongestOwnPause = health.Pauses.LongestSince(Instant.Min(LastHeard, now - (peerBound?.AtMost > Bound ? peerBound.Value.AtMost : Bound))),
            ExcusedWhileStarved = NullIfZero(machine?.ExcusedWhileStarved ?? _handshakeExcused),
            ExcusedForHoleRepair = NullIfZero(machine?.ExcusedForHoleRepair),
            ExcusedAfterOwnPause = NullIfZero(machine?.ExcusedAfterOwnPause),
            RoundTrip = machine?.RoundTrip,
            MissedBeats = receiveInterval is { } interval ? (int)(health.Pauses.RunningTime(LastHeard, now) / interval) : null,
            UnansweredProbes = machine?.ProbesInSilence,
            BytesSent = (long)_credit.Sent,
            BytesReceived = (long)_window.Received,
            PeerReceivedBytes = heard is { } received ? (long)received.Received : null,
            PeerConsumedBytes = heard is { } consumed ? (long)consumed.Consumed : null,
            UnreadSocketBytes = witness?.Available,
            Kernel = snapshot,
            UnacknowledgedFor = machine?.UnconfirmedFor(now, health),
            SegmentsInSilence = kernel?.Segments,
            AcknowledgedInSilenceBytes = kernel?.AcknowledgedBytes,
            TimeoutsInSilence = kernel?.Timeouts,
            RetransmittedInSilenceBytes = kernel?.RetransmittedBytes,
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
            LocalNetworkIsDown = kernel?.LocalNetworkIsDown,
            WriteStuck = machine is { WasStuck: true } ? true : null,
            WriteFailure = _writeFailure is { } failure ? ForeignCode.MessageOf(failure) : null,
            SocketError = socketError?.SocketErrorCode,
            NativeErrorCode = socketError?.NativeErrorCode,
            ProtocolExpected = offence.Expected,
            ProtocolSeen = offence.Seen,
            FirstBytes = !PeerIsKnown && _receivedAnything ? _reader.FirstBytes : (ReadOnlyMemory<byte>?)null,
        };
    }

    private static TimeSpan? NullIfZero(TimeSpan? span) => span == TimeSpan.Zero ? null : span;
}
