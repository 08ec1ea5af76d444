using System.Net.NetworkInformation;

namespace Liveness;

/// <content>What ended the connection.</content>
internal sealed partial class SocketWatch
{
    /// <summary>After <see cref="WatchStep.Died"/>.</summary>
    /// <returns>Null = both sides were closed in good order.</returns>
    public LossObservation? Judge(Instant now, in WatchFacts facts)
    {
        ConnectionEnd end = EndOf(now, facts);
        return end.Kind is { } kind ? Observe(kind, end, now, facts) : null;
    }

    /// <summary>
    /// Where the kernel does not tell any more what it knows of the connection: only the socket itself says then whether it is over.
    /// </summary>
    /// <param name="now">When <paramref name="facts"/> were gathered.</param>
    /// <param name="facts">Gathered now.</param>
    /// <param name="loss">Null = it goes on, or was closed in good order.</param>
    /// <returns>True = it is over.</returns>
    public bool JudgeUnseen(Instant now, in WatchFacts facts, out LossObservation? loss)
    {
        _lookedAt = now;
        _dueAt = Instant.Never;
        loss = facts.ErrorIsPending == true ? Judge(now, facts) : null;
        return loss is not null || facts.IsAtEnd;
    }

    /// <summary>After <see cref="WatchStep.CheckNetwork"/>.</summary>
    /// <returns>Null = go on watching.</returns>
    public LossObservation? JudgeNetwork(Instant now, in WatchFacts facts)
    {
        return facts.LocalNetworkIsDown == true && IsOverdue(now, facts.InForce) ? Observe(LossKind.NetworkUnreachable, EndOf(now, facts), now, facts) : null;
    }

    private ConnectionEnd EndOf(Instant now, in WatchFacts facts)
    {
        return new ConnectionEnd(
            new LastLook
            {
                At = _lastAt,
                HeardAt = _heardAt,
                AcknowledgedAt = _last.SinceAckReceived is { } age ? _lastAt - age : _heardAt,
                StuckSince = _stuckSince,
                Silence = KernelReading.Silence(_last),
                DataWaited = KernelReading.DataWaits(_last),
                WindowWasClosed = KernelReading.WindowIsClosed(_last),
                OurFinWasSent = _last.State is TcpState.FinWait1 or TcpState.FinWait2,
                Segments = unchecked((uint?)_last.SegmentsReceived),
                Received = unchecked((uint?)_last.BytesReceived),
                SentBesidesProbes = KernelReading.SentBesidesProbes(_last),
                AcknowledgedSyn = _acknowledgedSyn ?? 0,
            },
            _dead,
            now,
            facts);
    }

    private LossObservation Observe(LossKind kind, in ConnectionEnd end, Instant now, in WatchFacts facts)
    {
        return new LossObservation
        {
            Kind = kind,
            Silence = end.Silence,
            Bound = end.Bound ?? Timeout.InfiniteTimeSpan,
            Evidence = new Evidence
            {
                Kernel = _last,
                RoundTrip = _last.RoundTrip,
                UnansweredProbes = _dead?.UnansweredProbes ?? _last.UnansweredProbes,
                SegmentsInSilence = end.SegmentsInSilence(kind),
                LocalNetworkIsDown = facts.LocalNetworkIsDown,
                UnacknowledgedFor = kind == LossKind.KeepAliveTimedOut ? _untaken.WaitsFor(now) : null,
            },
        };
    }
}
