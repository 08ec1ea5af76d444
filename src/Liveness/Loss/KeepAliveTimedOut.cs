namespace Liveness;

/// <summary>The kernel gave the connection up: neither keepalive probes nor data were acknowledged within its limit; or, with a user timeout, the peer took no data for that long.</summary>
public sealed class KeepAliveTimedOut : ConnectionLoss
{
    internal KeepAliveTimedOut(LossObservation observation, DateTimeOffset detectedAt)
        : base(observation, detectedAt)
    {
    }

    /// <summary>"keep_alive_timed_out".</summary>
    public override string ErrorType => "keep_alive_timed_out";

    private protected override string Describe() => Diagnosis == Diagnosis.PeerNotReading
        ? $"the kernel gave up waiting for the peer to take data (bound {BoundText})"
        : $"the kernel gave up waiting for acknowledgements; nothing heard for {SilenceText} (bound {BoundText})";
}
