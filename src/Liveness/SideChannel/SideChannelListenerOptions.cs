using System.Diagnostics.Metrics;
using System.Net.Security;
using Microsoft.Extensions.Logging;

namespace Liveness.SideChannel;

/// <summary>What the accepting end asks of a side channel, and the limits that it puts on strangers.</summary>
/// <remarks>A mutable class, so that configuration can bind it. It is read once, when a listener is made. Invalid values are refused there,
/// with an
/// <see cref="ArgumentOutOfRangeException"/> that names property, value, range and cure of every one.</remarks>
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
    /// Whether a listener on an address that other hosts can reach may do without <see cref="SharedSecret"/> and without client
    /// certificates.
    /// </summary>
    /// <value>Default false: such a listener is refused.</value>
    public bool AllowUnauthenticated { get; set; }

    /// <inheritdoc cref="SideChannelClientOptions.Witness"/>
    public bool Witness { get; set; } = true;

    /// <summary>How long TLS, the protocol's handshake and the proof may take, each.</summary>
    /// <value>100 ms to 10 minutes; default 10 s.</value>
    /// <remarks>Only time in which this process could do its part counts: neither its own pauses, nor spells in which its thread pool was
    /// behind by an eighth of this or more.
    /// Such spells put it off by at most three times its length.</remarks>
    public TimeSpan HandshakeTimeout { get; set; } = SideChannelDefaults.HandshakeTimeout;

    /// <summary>
    /// How many side connections may be in their handshake at once. Where one more comes, the oldest of them is reset, and logged (8):
    /// silent strangers keep nobody out.
    /// </summary>
    /// <value>1 to 1,000,000; default 1,000.</value>
    public int MaxUnauthenticated { get; set; } = SideChannelDefaults.MaxUnauthenticated;

    /// <summary>The same for one address; of IPv6, for one /64.</summary>
    /// <value>1 to 1,000,000; default 20.</value>
    public int MaxUnauthenticatedPerAddress { get; set; } = SideChannelDefaults.MaxUnauthenticatedPerAddress;

    /// <summary>How many side connections there may be in all; more are refused by a goodbye that says so.</summary>
    /// <value>1 to 1,000,000; default 10,000.</value>
    public int MaxSideConnections { get; set; } = SideChannelDefaults.MaxSideConnections;

    /// <summary>How many connections one peer may watch; each further watch is refused by itself.</summary>
    /// <value>1 to 10,000,000; default 100,000.</value>
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
