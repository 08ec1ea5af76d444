using System.Diagnostics.Metrics;
using System.Net.Security;
using Microsoft.Extensions.Logging;

namespace Liveness.SideChannel;

/// <summary>The options of the accepting end of a side channel, and its limits on unauthenticated clients.</summary>
/// <remarks>The class is mutable, so that configuration can bind it. It is read once, when a listener is made. Invalid values are refused
/// there, with an <see cref="ArgumentOutOfRangeException"/> that names the property, the value, the range and the cure of each.</remarks>
public sealed class SideChannelListenerOptions
{
    /// <inheritdoc cref="SideChannelClientOptions.DetectWithin"/>
    public TimeSpan? DetectWithin { get; set; }

    internal TimeSpan EffectiveDetectWithin => DetectWithin ?? HeartbeatDefaults.DetectWithin;

    /// <inheritdoc cref="SideChannelClientOptions.SharedSecret"/>
    public string? SharedSecret { get; set; }

    /// <summary>Told by the extension of the same name.</summary>
    internal SslServerAuthenticationOptions? Tls { get; set; }

    /// <summary>
    /// Whether a listener on an address that other hosts can reach may work without <see cref="SharedSecret"/> and without client
    /// certificates.
    /// </summary>
    /// <value>The default is false: such a listener is refused.</value>
    public bool AllowUnauthenticated { get; set; }

    /// <inheritdoc cref="SideChannelClientOptions.Witness"/>
    public bool Witness { get; set; } = true;

    /// <summary>The time that TLS, the protocol's handshake and the authentication may each take.</summary>
    /// <value>100 ms to 10 minutes; the default is 10 s.</value>
    /// <remarks>Pauses of this process don't count, and neither do periods in which its thread pool was late by an eighth of this time or
    /// more. Such periods extend the timeout by at most three times its length.</remarks>
    public TimeSpan HandshakeTimeout { get; set; } = SideChannelDefaults.HandshakeTimeout;

    /// <summary>
    /// The number of side connections that may be in their handshake at once. One more resets the oldest of them, which is logged (event
    /// 8), so that silent clients keep no other client out.
    /// </summary>
    /// <value>1 to 1,000,000; the default is 1,000.</value>
    public int MaxUnauthenticated { get; set; } = SideChannelDefaults.MaxUnauthenticated;

    /// <summary>The number of side connections of one address that may be in their handshake at once. For IPv6 it is the number of one /64
    /// network.</summary>
    /// <value>1 to 1,000,000; the default is 20.</value>
    public int MaxUnauthenticatedPerAddress { get; set; } = SideChannelDefaults.MaxUnauthenticatedPerAddress;

    /// <summary>The number of side connections that may be open in all. More are refused with a goodbye that says so.</summary>
    /// <value>1 to 1,000,000; the default is 10,000.</value>
    public int MaxSideConnections { get; set; } = SideChannelDefaults.MaxSideConnections;

    /// <summary>The number of connections that one peer may watch. Each further watch is refused on its own.</summary>
    /// <value>1 to 10,000,000; the default is 100,000.</value>
    public int MaxWatchesPerPeer { get; set; } = SideChannelDefaults.MaxWatchesPerPeer;

    /// <summary>Told by the extension of the same name.</summary>
    internal TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Told by the extension of the same name.</summary>
    internal ILogger? Logger { get; set; }

    /// <inheritdoc cref="SideChannelClientOptions.Name"/>
    public string? Name { get; set; }

    /// <summary>Told by the extension of the same name.</summary>
    internal IMeterFactory? MeterFactory { get; set; }

    internal SideChannelListenerOptions Copy() => (SideChannelListenerOptions)MemberwiseClone();
}
