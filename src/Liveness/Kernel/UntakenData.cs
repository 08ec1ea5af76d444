using Liveness.KeepAlive;

namespace Liveness.Kernel;

/// <summary>
/// What was written waits, and the peer's kernel takes nothing of it, while the peer is heard: from one look at the kernel to the next.
/// </summary>
/// <remarks>Heard is a peer from which something came at two times at least half of the patience, and at most the whole of it, apart: an
/// answer that was on its way when the path died is not enough, nor is the first sign of life after an outage.</remarks>
internal struct UntakenData
{
    /// <summary>The first repetitions of a path that lost a segment or two; Linux' least retransmission timeout is 200 ms.</summary>
    private const int TimeoutsGranted = 4;

    private static readonly TimeSpan s_leastTimeout = DetectionTimes.ShortestRetransmissionTimeout;

    /// <summary>The look that saw it first: it has waited for so long at least.</summary>
    private Instant? _since;
    private Instant? _heardFrom;
    private Instant _heardTo;

    /// <summary>
    /// Half of what the kernel allows the peer, idle or not; half a minute at most; and never less than four retransmission timeouts,
    /// without the doubling.
    /// </summary>
    public static TimeSpan Patience(in TcpInfoSnapshot info, TcpKeepAliveSettings inForce)
    {
        TimeSpan patience = SocketWatcherDefaults.StalledAfter;
        patience = Half(inForce.Detection.Idle, patience);
        patience = Half(inForce.Detection.DataInFlight, patience);
        return Patience(info, patience);
    }

    /// <param name="info">Tells how long an answer takes.</param>
    /// <param name="usual">Where that is short.</param>
    public static TimeSpan Patience(in TcpInfoSnapshot info, TimeSpan usual)
    {
        TimeSpan timeout = (info.RoundTrip ?? TimeSpan.Zero) + (4 * (info.RoundTripVariation ?? TimeSpan.Zero));
        TimeSpan least = TimeoutsGranted * Durations.Longer(timeout, s_leastTimeout);
        return Durations.Longer(usual, least);
    }

    /// <param name="isStuck">Data waits and nothing of it was taken since the look before.</param>
    /// <param name="heardAt">When the newest of what has come from the peer since then came, as closely as is known; null = nothing
    /// has.</param>
    public void Look(bool isStuck, Instant? heardAt, Instant now, TimeSpan patience)
    {
        if (!isStuck)
        {
            _since = _heardFrom = null;
            return;
        }

        if (_since is null)
        {
            // What was heard up to here may have come before it waited.
            _since = now;
            return;
        }

        if (heardAt is { } heard)
        {
            _heardFrom = _heardFrom is { } from && heard - _heardTo <= patience ? from : heard;
            _heardTo = heard;
        }
    }

    /// <summary>When it is worth a condition; <see cref="Instant.Never"/> = not by what was heard so far.</summary>
    public readonly Instant ForLongAt(TimeSpan patience) =>
        _since is { } since && _heardFrom is { } from && _heardTo - from >= patience / 2 ? since + patience : Instant.Never;

    /// <summary>For how long, at least; null = nothing waits.</summary>
    public readonly TimeSpan? WaitsFor(Instant now) => now - _since;

    private static TimeSpan Half(TimeSpan? limit, TimeSpan patience) =>
        limit is { } known && known != Timeout.InfiniteTimeSpan && known / 2 < patience ? known / 2 : patience;
}
