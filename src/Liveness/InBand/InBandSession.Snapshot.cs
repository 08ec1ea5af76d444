namespace Liveness;

/// <content>What there is to see.</content>
internal sealed partial class InBandSession
{
    public ConnectionSnapshot Snapshot(Instant now, in LocalHealth health)
    {
        HeartbeatMachine? machine = _machine;
        BeatFrame? heard = machine is { HasHeardBeat: true } ? machine.Heard : null;
        return new ConnectionSnapshot
        {
            State = State,
            Conditions = Conditions,
            Bound = Finite(Bound),
            Silence = IsStarted ? health.Pauses.RunningTime(LastHeard, now) : TimeSpan.Zero,
            OutboundAge = machine?.OutboundAge(now, health),
            RoundTrip = machine?.RoundTrip,
            MinRoundTrip = machine?.MinRoundTrip,
            ReceiveInterval = machine is null ? null : Finite(machine.Timing.ReceiveInterval),
            SendInterval = machine is null ? null : Finite(machine.Timing.SendInterval),
            BeatsSent = machine?.BeatsSent ?? 0,
            BeatsReceived = machine?.BeatsReceived ?? 0,
            ProbesSent = machine?.ProbesSent ?? 0,
            BytesSent = (long)_credit.Sent,
            BytesReceived = (long)_window.Received,
            PeerReceivedBytes = heard is { } received ? (long)received.Received : null,
            PeerConsumedBytes = heard is { } consumed ? (long)consumed.Consumed : null,
            UnreadBytes = _window.Unread,
            ReceiveWindow = _window.Window,
            PeerHeardUsAgo = heard is { } said ? TimeSpan.FromMilliseconds(said.HeardAgoMilliseconds) : null,
            PeerLag = heard is { } lagging ? TimeSpan.FromMilliseconds(lagging.LagMilliseconds) : null,
            OwnPauses = health.Pauses.Overlap(LastHeard, now),
            IncidentId = IncidentId,
            PathChanges = PathChanges,
        };
    }

    /// <inheritdoc cref="PathMemory.Changes"/>
    public long? PathChanges => _path.Changes;

    /// <summary>What the kernel counts of the path, looked at now and then.</summary>
    public SessionSignals OnPathLook(in TcpInfoSnapshot kernel, Instant now) =>
        !HasEnded && _path.Look(kernel, _startedAt, now) ? SessionSignals.PathChanged : SessionSignals.None;

    /// <inheritdoc cref="PathMemory.TakeUntold"/>
    public int TakePathChanges(Instant now, out bool isTimeToLog) => _path.TakeUntold(now, out isTimeToLog);

    private static TimeSpan Finite(TimeSpan span) => span == TimeSpan.MaxValue ? Timeout.InfiniteTimeSpan : span;
}
