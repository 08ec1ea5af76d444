namespace Liveness;

/// <summary>The kernel ended the connection: neither keepalive probes nor data were acknowledged within its limit; or, with a user timeout,
/// the peer accepted no data for that long. On a connection that a side channel watches, nothing was acknowledged for the bound, whether or
/// not the peer's host was heard.</summary>
public sealed class KeepAliveTimedOut : ConnectionLoss
{
    internal KeepAliveTimedOut(LossObservation observation, DateTimeOffset detectedAt)
        : base(observation, detectedAt)
    {
    }

    /// <summary>"keep_alive_timed_out".</summary>
    public override string ErrorType => "keep_alive_timed_out";

    private protected override string Describe() => Diagnosis == LossDiagnosis.PeerNotReading
        ? $"the kernel gave up waiting for the peer to take data (bound {BoundText})"
        : Evidence.UnacknowledgedFor is { } waited && Silence < waited / 2
        ? $"what our kernel sent went unacknowledged for {LossText.Duration(waited)}, "
            + $"while the peer was heard {SilenceText} ago (bound {BoundText})"
        : $"what our kernel sent, probes or data, went unacknowledged for {SilenceText} (bound {BoundText})";
}
