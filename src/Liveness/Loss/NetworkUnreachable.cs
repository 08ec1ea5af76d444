namespace Liveness;

/// <summary>
/// The kernel reported that the network or the peer's host cannot be reached, or the silence reached the bound while our own network
/// interface was down.
/// </summary>
public sealed class NetworkUnreachable : ConnectionLoss
{
    internal NetworkUnreachable(LossObservation observation, DateTimeOffset detectedAt)
        : base(observation, detectedAt)
    {
    }

    /// <summary>"network_unreachable".</summary>
    public override string ErrorType => "network_unreachable";

    private protected override string Describe()
    {
        if (Evidence is { LocalNetworkIsDown: true, SocketError: null })
        {
            return $"our own network interface is down, and nothing was heard for {SilenceText} (bound {BoundText})";
        }

        string report = Evidence.SocketError is { } error ? error.ToString() : "that the peer cannot be reached";
        return $"the kernel reports {report}; {LastHeardText}";
    }
}
