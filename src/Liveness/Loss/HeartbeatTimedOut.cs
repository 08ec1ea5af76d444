using Liveness.ProtocolPing;

namespace Liveness;

/// <summary>Nothing was received for the whole bound, and no excuse held: the promise of the heartbeat, kept.</summary>
public sealed class HeartbeatTimedOut : ConnectionLoss
{
    internal HeartbeatTimedOut(LossObservation observation, DateTimeOffset detectedAt)
        : base(observation, detectedAt)
    {
        MissedBeats = observation.Evidence.MissedBeats ?? 0;
    }

    /// <summary>
    /// Receive intervals that passed in silence (ping intervals for a <see cref="ProtocolHeartbeat"/>, which sends fewer pings than that);
    /// 0 where they were not counted.
    /// </summary>
    public int MissedBeats { get; }

    /// <summary>"heartbeat_timed_out".</summary>
    public override string ErrorType => "heartbeat_timed_out";

    private protected override string Describe()
    {
        string kernel = Evidence.SocketError is { } error ? $", the kernel reports {error}" : "";
        return $"nothing heard for {SilenceText} (bound {BoundText}, {LossText.Count(MissedBeats, "beat")} missed{kernel})";
    }
}
