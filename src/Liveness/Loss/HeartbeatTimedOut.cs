using Liveness.ProtocolPing;

namespace Liveness;

/// <summary>Nothing was received for the whole bound, and nothing at this end explains the silence.</summary>
public sealed class HeartbeatTimedOut : ConnectionLoss
{
    internal HeartbeatTimedOut(LossObservation observation, DateTimeOffset detectedAt)
        : base(observation, detectedAt)
    {
        MissedBeats = observation.Evidence.MissedBeats ?? 0;
    }

    /// <summary>
    /// The number of receive intervals that passed in silence. For a <see cref="ProtocolHeartbeat"/> it is the number of ping intervals,
    /// although it sends fewer pings. It is 0 if they were not counted.
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
