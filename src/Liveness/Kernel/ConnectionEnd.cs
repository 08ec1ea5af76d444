using Liveness.KeepAlive;

namespace Liveness.Kernel;

/// <summary>What ended a connection that the kernel no longer has. Pure, and the same for all who watch by the kernel.</summary>
/// <remarks>The pending error would say, but it belongs to the application, and the application may have met it already: the kernel's
/// counters have to do.
/// No error that waits is no proof of good order, and a look that was refused is no end.</remarks>
internal readonly struct ConnectionEnd
{
    /// <summary>Ages of the kernel are whole ticks of its clock, at most 10 ms, and it may end between two of them.</summary>
    public static readonly TimeSpan ClockTolerance = TimeSpan.FromMilliseconds(40);

    private readonly LastLook _last;
    private readonly TcpInfoSnapshot? _dead;
    private readonly Instant _now;
    private readonly WatchFacts _facts;

    /// <param name="last">Before the end.</param>
    /// <param name="dead">After it; null where the kernel can't be asked any more.</param>
    /// <param name="now">When <paramref name="dead"/> was taken.</param>
    /// <param name="facts">Gathered after the end.</param>
    public ConnectionEnd(in LastLook last, in TcpInfoSnapshot? dead, Instant now, in WatchFacts facts)
    {
        _last = last;
        _dead = dead;
        _now = now;
        _facts = facts;
    }

    /// <summary>Null = both sides were closed in good order.</summary>
    public LossKind? Kind
    {
        get
        {
            bool gaveUp = KernelGaveUp;

            // The peer's FIN would be a segment: where none came and time was up, an application that reads has fetched the error before
            // us.
            bool ranOut = gaveUp && Arrived == 0;
            return !ranOut && ClosedInGoodOrder ? null
                : !gaveUp ? LossKind.ConnectionReset
                : _facts.LocalNetworkIsDown == true ? LossKind.NetworkUnreachable
                : LossKind.KeepAliveTimedOut;
        }
    }

    public TimeSpan Silence => (_dead is { } dead ? KernelReading.Silence(dead) : null) ?? SilenceByLooks;

    /// <summary>The silence that the kernel allowed then; null = unknown.</summary>
    public TimeSpan? Bound =>
        _last.WindowWasClosed ? _facts.InForce.Detection.ClosedWindow
        : DataWaited ? _facts.InForce.Detection.DataInFlight
        : _facts.InForce.Detection.Idle;

    /// <summary>A reset itself tells nothing of the silence before it.</summary>
    public long? SegmentsInSilence(LossKind kind) => kind == LossKind.ConnectionReset && Arrived > 0 ? Arrived - 1 : Arrived;

    private TimeSpan SilenceByLooks => _last.Silence is { } silence ? silence + (_now - _last.At) : _now - _last.HeardAt;

    private bool DataWaited => _last.DataWaited || _dead?.Retransmits > 0;

    /// <summary>Segments since the last look; a kernel that gives up has mostly received none, a reset is one.</summary>
    private long? Arrived => _dead?.SegmentsReceived is { } after && _last.Segments is { } before ? unchecked((uint)after - before) : null;

    /// <summary>
    /// Linux shows a socket as closed, too, when its last duty has gone to TIME_WAIT: then both FINs have come through, and there never was
    /// an error.
    /// </summary>
    private bool ClosedInGoodOrder
    {
        get
        {
            if (_facts.ErrorIsPending == true)
            {
                return false;
            }

            bool ourFinWasTaken = _dead is { } dead && KernelReading.AcknowledgedBeyondData(dead) > _last.AcknowledgedSyn;
            bool weMayHaveFinished = _facts.ErrorIsPending is null && !_facts.IsConnected;
            return _last.OurFinWasSent || ourFinWasTaken || weMayHaveFinished;
        }
    }

    private bool KernelGaveUp =>
        !ResetIsAmong
        && (Bound is not { } bound ? Arrived == 0
            : bound != Timeout.InfiniteTimeSpan && Age(out TimeSpan tolerance) is { } age && age + tolerance >= bound);

    /// <summary>What came since the last look may have been the reset; or a probe of a peer that does not hear us, which moves the count of
    /// segments and no age, as a reset does.
    /// So it goes by what the kernel had left to do: it gives up over what is unanswered, and says so to the peer.</summary>
    private bool ResetIsAmong
    {
        get
        {
            if (!(Arrived > 0))
            {
                return false;
            }

            bool idle = !DataWaited && !_last.WindowWasClosed;
            byte? sent = _dead is { } dead ? KernelReading.SentBesidesProbes(dead) : null;
            return idle && _last.SentBesidesProbes is { } before && sent is { } after ? before == after
                : !_last.WindowWasClosed && Unanswered < (DataWaited ? 1 : _facts.InForce.EffectiveProbes ?? 1) ? true
                : (idle || _last.WindowWasClosed) && Arrived == 1 && !BroughtSomething;
        }
    }

    private bool BroughtSomething =>
        _dead is { } dead
            && ((dead.SinceAckReceived is { } age && _now - age > _last.AcknowledgedAt + ClockTolerance)
                || unchecked((uint?)dead.BytesReceived) != _last.Received);

    private int Unanswered => Math.Max(_dead?.UnansweredProbes ?? 0, _dead?.Retransmits ?? 0);

    /// <summary>For how long, at most, the kernel can have waited; null where the platform does not show the answers to probes.</summary>
    /// <param name="tolerance">By how much the age may be too low.</param>
    private TimeSpan? Age(out TimeSpan tolerance)
    {
        TimeSpan stuck = _now - _last.StuckSince;
        TimeSpan? told = _dead is { } dead ? KernelReading.Silence(dead) : null;
        TimeSpan? silence = told ?? (_last.Silence is not null || _last.Segments is not null || DataWaited ? SilenceByLooks : null);
        bool isStuckForLonger = DataWaited && silence is { } heard && stuck > heard;
        tolerance = told is null || isStuckForLonger ? SocketWatch.QuietInterval : ClockTolerance;
        return isStuckForLonger ? stuck : silence;
    }
}
