namespace Liveness;

/// <content>How much goes to the transport in one go, and how long a grown window outlives its traffic.</content>
internal sealed partial class InBandSession
{
    /// <summary>Less than this unread at the peer is what its reader is about to take.</summary>
    private const int LittleUnread = 16 * 1024;

    private static readonly TimeSpan s_leastIdleInterval = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The largest DATA payload that suits the transport: 64 KiB over a socket, 16 KiB (the default) where one write surfaces as a whole.
    /// </summary>
    public int MaxPayload
    {
        get => _scheduler.MaxPayload;
        set => _scheduler.MaxPayload = value;
    }

    /// <summary>The DATA payload of the next frame at most.</summary>
    public int FrameSize => _scheduler.FrameSize;

    /// <summary>What may be handed to the transport in one call at most.</summary>
    public int BatchSize => _deliveryRate.BatchSize(ShorterBound);

    /// <summary>For TCP_NOTSENT_LOWAT.</summary>
    public int NotSentLowWater => _deliveryRate.NotSentLowWater(ShorterBound);

    /// <summary>A send did not go through at once. The next <see cref="TakeOutput"/> tells that it has.</summary>
    public void OnTransportBlocked() => _deliveryRate.OnTransportBlocked();

    private TimeSpan ShorterBound => _machine?.Timing.ShorterBound ?? TimeSpan.MaxValue;

    private void NoteDelivery(in BeatFrame beat, Instant now) =>
        _deliveryRate.OnConfirmed(beat.Received, now, readerIsBehind: beat.Received - beat.Consumed > LittleUnread);

    /// <summary>CREDIT runs ahead of what was consumed by the peer's window, which grows by no more than was consumed: so at least half of
    /// what was
    /// granted beyond the first credit has arrived.</summary>
    private void NoteDelivery(ulong credit, Instant now)
    {
        ulong first = _credit.First;
        if (credit > first)
        {
            _deliveryRate.OnConfirmedAtLeast(Math.Min((credit - first) / 2, _credit.Sent), now);
        }
    }

    private static TimeSpan IdleInterval(HeartbeatMachine machine)
    {
        TimeSpan interval = machine.Timing.ReceiveInterval;
        return interval == TimeSpan.MaxValue || interval < s_leastIdleInterval ? s_leastIdleInterval : interval;
    }
}
