using Liveness.SideChannel;

namespace Liveness;

/// <summary>
/// Where the side channel of a name is. One end listens, the other connects: set exactly one of <see cref="Listen"/> and
/// <see cref="Connect"/>.
/// </summary>
/// <remarks>A mutable class, so that configuration can bind it.</remarks>
public sealed class LivenessSideChannelOptions
{
    /// <summary>At the end that accepts data connections: where the side channel listens.</summary>
    /// <value>An address and a port, such as "127.0.0.1:7001" or "[::1]:7001"; an address that other hosts can reach needs a secret, client
    /// certificates or <see cref="SideChannelListenerOptions.AllowUnauthenticated"/>. Null (the default) = this end does not
    /// listen.</value>
    /// <remarks>
    /// It listens from the moment on which the <see cref="ILivenessFactory"/> is made: have it made when your program starts.
    /// </remarks>
    public string? Listen { get; set; }

    /// <summary>At the end that opens data connections: where the peer's side channel is.</summary>
    /// <value>
    /// A port, such as "7001", at the address to which the data connection leads; or a host and a port, such as "backend:7001". Null (the
    /// default) = this end does not connect.
    /// </value>
    public string? Connect { get; set; }

    /// <summary>What the connecting end asks of its side connections; used with <see cref="Connect"/>.</summary>
    /// <value>Never null; default all defaults. Its DetectWithin is <see cref="LivenessOptions.DetectWithin"/> unless set.</value>
    public SideChannelClientOptions Client { get; set; } = new();

    /// <summary>What the listening end asks, and its limits on strangers; used with <see cref="Listen"/>.</summary>
    /// <value>Never null; default all defaults. Its DetectWithin is <see cref="LivenessOptions.DetectWithin"/> unless set.</value>
    public SideChannelListenerOptions Listener { get; set; } = new();

    internal LivenessSideChannelOptions Copy() =>
        new() { Listen = Listen, Connect = Connect, Client = Client.Copy(), Listener = Listener.Copy() };
}
