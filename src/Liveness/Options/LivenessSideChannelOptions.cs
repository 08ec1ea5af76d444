using Liveness.SideChannel;

namespace Liveness;

/// <summary>
/// The address of a side channel. One end listens and the other connects: set exactly one of <see cref="Listen"/> and
/// <see cref="Connect"/>.
/// </summary>
/// <remarks>The class is mutable, so that configuration can bind it.</remarks>
public sealed class LivenessSideChannelOptions
{
    /// <summary>The address on which the side channel listens. Set it at the end that accepts data connections.</summary>
    /// <value>An address and a port, such as "127.0.0.1:7001" or "[::1]:7001"; an address that other hosts can reach needs a secret, client
    /// certificates or <see cref="SideChannelListenerOptions.AllowUnauthenticated"/>. Null, the default, means that this end doesn't
    /// listen.</value>
    /// <remarks>
    /// It listens as soon as the <see cref="ILivenessFactory"/> is made. Resolve the factory when your program starts.
    /// </remarks>
    public string? Listen { get; set; }

    /// <summary>The address of the peer's side channel. Set it at the end that opens data connections.</summary>
    /// <value>
    /// A port, such as "7001", at the remote address of the data connection; or a host and a port, such as "backend:7001". Null, the
    /// default, means that this end doesn't connect.
    /// </value>
    public string? Connect { get; set; }

    /// <summary>The options of the connecting end; used with <see cref="Connect"/>.</summary>
    /// <value>Never null. Its DetectWithin is <see cref="LivenessOptions.DetectWithin"/> unless it is set.</value>
    public SideChannelClientOptions Client { get; set; } = new();

    /// <summary>The options of the listening end, and its limits on unauthenticated clients; used with <see cref="Listen"/>.</summary>
    /// <value>Never null. Its DetectWithin is <see cref="LivenessOptions.DetectWithin"/> unless it is set.</value>
    public SideChannelListenerOptions Listener { get; set; } = new();

    internal LivenessSideChannelOptions Copy() =>
        new() { Listen = Listen, Connect = Connect, Client = Client.Copy(), Listener = Listener.Copy() };
}
