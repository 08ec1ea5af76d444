using System.Net.Sockets;

namespace Liveness;

/// <content>A verdict, and everything that was measured when it fell.</content>
internal sealed partial class PingMachine
{
    /// <summary>What the newest ping failed with that nothing was received after.</summary>
    private Exception? _lastFailure;

    /// <param name="kind">How it was observed.</param>
    /// <param name="bytesReceived">By the application, in all.</param>
    /// <param name="witness">What the transport said at the verdict, where it was asked.</param>
    /// <param name="error">What ended the connection; null = silence.</param>
    public LossObservation Observe(LossKind kind, Instant now, in LocalHealth health, long bytesReceived, WitnessReading? witness, Exception? error)
    {
        TimeSpan silence = Silence(now, health);
        SocketException? socketError = SocketErrorTable.Find(error ?? _lastFailure);

        // A foreign peer judges nobody: that we paused explains a silence, and no end of the peer's making.
        bool isSilence = error is null;
        return new LossObservation
        {
            Kind = kind,
            Silence = silence,
            Bound = Finite(Timing.Bound),
            Exception = error,
            Detail = isSilence && _suspicion is { ReaderIsStuck: true } ? "bytes of the peer wait here, but our own reader does not take them" : null,
            Evidence = new Evidence
            {
                OwnLag = isSilence ? health.PoolLag : null,
                OwnPauses = health.Pauses.Overlap(_lastReceived, now),
                LongestOwnPause = isSilence ? health.Pauses.LongestSince(Instant.Min(_lastReceived, now - Timing.Bound)) : null,
                ExcusedWhileStarved = NullIfZero((_suspicion?.ExcusedWhileStarved ?? TimeSpan.Zero) + (_heldUp >= _rate.Tick ? _heldUp : TimeSpan.Zero)),
                ExcusedForHoleRepair = NullIfZero(_suspicion?.ExcusedForHoleRepair),
                ExcusedAfterOwnPause = NullIfZero(_suspicion?.ExcusedAfterOwnPause),
                RoundTrip = RoundTrip,
                MissedBeats = _rate.Judges ? (int)(silence / _rate.Interval) : null,
                UnansweredProbes = _unanswered,

                // Nothing received yet is no number here: there is no handshake that it could tell of.
                BytesReceived = bytesReceived > 0 ? bytesReceived : null,
                UnreadSocketBytes = witness?.Available,
                Kernel = _kernel?.Newest ?? witness?.Kernel,
                SegmentsInSilence = _kernel?.Segments,
                AcknowledgedInSilenceBytes = _kernel?.AcknowledgedBytes,
                TimeoutsInSilence = _kernel?.Timeouts,
                RetransmittedInSilenceBytes = _kernel?.RetransmittedBytes,
                LocalNetworkIsDown = _kernel?.LocalNetworkIsDown,
                WriteStuck = _begunAt is not null ? true : null,
                WriteFailure = _lastFailure is { } failure ? ForeignCode.MessageOf(failure) : null,
                SocketError = socketError?.SocketErrorCode,
                NativeErrorCode = socketError?.NativeErrorCode,
            },
        };
    }

    public ConnectionSnapshot Snapshot(MonitorState shown, Instant now, in LocalHealth health, long bytesReceived) => new()
    {
        State = shown.State,
        Conditions = shown.Conditions,
        Bound = Finite(Timing.Bound),
        Silence = Silence(now, health),
        RoundTrip = RoundTrip,
        MinRoundTrip = MinRoundTrip,
        ReceiveInterval = Finite(Timing.ReceiveInterval),
        ProbesSent = PingsSent,
        BytesReceived = bytesReceived,
        OwnPauses = health.Pauses.Overlap(_lastReceived, now),
    };

    private static TimeSpan? NullIfZero(TimeSpan? span) => span == TimeSpan.Zero ? null : span;

    private static TimeSpan Finite(TimeSpan span) => span == TimeSpan.MaxValue ? Timeout.InfiniteTimeSpan : span;
}
