using System.Net.NetworkInformation;

namespace Liveness;

/// <content>What ended the connection. The pending error would say, but it belongs to the application: the kernel's counters have to do.</content>
internal sealed partial class SocketWatch
{
    /// <summary>Ages of the kernel are whole ticks of its clock, at most 10 ms.</summary>
    private static readonly TimeSpan s_clockTolerance = TimeSpan.FromMilliseconds(50);

    /// <summary>After <see cref="WatchStep.Died"/>.</summary>
    /// <returns>Null = both sides were closed in good order.</returns>
    public LossObservation? Judge(Instant now, in WatchFacts facts)
    {
        bool gaveUp = KernelGaveUp(now, facts.InForce);

        // The peer's FIN would be a segment: where none came and time was up, an application that reads has fetched the error before us.
        bool ranOut = gaveUp && Arrived == 0;
        if (!ranOut && ClosedInGoodOrder(facts))
        {
            return null;
        }

        LossKind kind = !gaveUp ? LossKind.ConnectionReset
            : facts.LocalNetworkIsDown == true ? LossKind.NetworkUnreachable
            : LossKind.KeepAliveTimedOut;
        return Observe(kind, now, facts);
    }

    /// <summary>After <see cref="WatchStep.CheckNetwork"/>.</summary>
    /// <returns>Null = go on watching.</returns>
    public LossObservation? JudgeNetwork(Instant now, in WatchFacts facts)
    {
        return facts.LocalNetworkIsDown == true && IsOverdue(now, facts.InForce) ? Observe(LossKind.NetworkUnreachable, now, facts) : null;
    }

    /// <summary>Linux shows a socket as closed, too, when its last duty has gone to TIME_WAIT: then both FINs have come through, and there never was an error.</summary>
    private bool ClosedInGoodOrder(in WatchFacts facts)
    {
        if (facts.ErrorIsPending == true)
        {
            return false;
        }

        bool ourFinWasSent = _last.State is TcpState.FinWait1 or TcpState.FinWait2;
        bool ourFinWasTaken = _dead is { } dead && KernelReading.AcknowledgedBeyondData(dead) > (_acknowledgedSyn ?? 0);
        bool weMayHaveFinished = facts.ErrorIsPending is null && !facts.IsConnected;
        return ourFinWasSent || ourFinWasTaken || weMayHaveFinished;
    }

    private bool KernelGaveUp(Instant now, TcpKeepAliveSettings inForce)
    {
        long? arrived = Arrived;
        if (arrived > 0 && ResetIsAmong(arrived.Value, now, inForce))
        {
            return false;
        }

        if (BoundAtDeath(inForce) is not { } bound)
        {
            return arrived == 0;
        }

        return bound != Timeout.InfiniteTimeSpan && AgeAtDeath(now) is { } age && age + QuietInterval >= bound;
    }

    private bool DataWaited => KernelReading.DataWaits(_last) || _dead?.Retransmits > 0;

    /// <summary>Segments since the last look; a kernel that gives up has received none, a reset is one.</summary>
    private long? Arrived => _dead?.SegmentsReceived is { } after && _last.SegmentsReceived is { } before ? unchecked((uint)(after - before)) : null;

    private TimeSpan? BoundAtDeath(TcpKeepAliveSettings inForce) =>
        KernelReading.WindowIsClosed(_last) ? inForce.Detection.ClosedWindow
        : DataWaited ? inForce.Detection.DataInFlight
        : inForce.Detection.Idle;

    /// <summary>For how long, at most, the kernel can have waited; null where the platform does not show the answers to probes.</summary>
    private TimeSpan? AgeAtDeath(Instant now)
    {
        TimeSpan gap = now - _lastAt;
        TimeSpan? silence = _dead is { } dead && KernelReading.Silence(dead) is { } told ? told
            : KernelReading.Silence(_last) is { } before ? before + gap
            : _last.SegmentsReceived is not null || DataWaited ? now - _heardAt
            : null;
        return DataWaited && silence is { } heard && now - _stuckSince > heard ? now - _stuckSince : silence;
    }

    /// <summary>A reset is not acknowledged and acknowledges nothing: it moves the count of segments, but no age. Where more than one segment came, as after a pause of ours,
    /// it goes by what was left unanswered: a kernel gives up over that, and a reset mostly is the first answer.</summary>
    private bool ResetIsAmong(long arrived, Instant now, TcpKeepAliveSettings inForce)
    {
        TcpInfoSnapshot dead = _dead.GetValueOrDefault();
        if (arrived == 1)
        {
            bool broughtSomething = dead.SinceAckReceived + s_clockTolerance < _last.SinceAckReceived + (now - _lastAt) || dead.BytesReceived != _last.BytesReceived;
            return !broughtSomething;
        }

        if (KernelReading.WindowIsClosed(_last))
        {
            return false;
        }

        int unanswered = Math.Max(dead.UnansweredProbes ?? 0, dead.Retransmits ?? 0);
        return unanswered < (DataWaited ? 1 : inForce.EffectiveProbes ?? 1);
    }

    /// <summary>The reset itself tells nothing of the silence before it.</summary>
    private long? SegmentsBesides(LossKind kind) => kind == LossKind.ConnectionReset && Arrived > 0 ? Arrived - 1 : Arrived;

    private LossObservation Observe(LossKind kind, Instant now, in WatchFacts facts)
    {
        return new LossObservation
        {
            Kind = kind,
            Silence = (_dead is { } dead ? KernelReading.Silence(dead) : null) ?? Silence(now),
            Bound = BoundAtDeath(facts.InForce) ?? Timeout.InfiniteTimeSpan,
            Evidence = new Evidence
            {
                Kernel = _last,
                RoundTrip = _last.RoundTrip,
                UnansweredProbes = _dead?.UnansweredProbes ?? _last.UnansweredProbes,
                SegmentsInSilence = SegmentsBesides(kind),
                LocalNetworkIsDown = facts.LocalNetworkIsDown,
                UnacknowledgedFor = kind == LossKind.KeepAliveTimedOut ? _untaken.WaitsFor(now) : null,
            },
        };
    }
}
