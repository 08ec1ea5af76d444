using System.Net.Security;

namespace Liveness;

/// <summary>What TLS needs to know of this protocol.</summary>
public static class LivenessProtocol
{
    /// <summary>The protocol id for ALPN, "liveness/1". The end that connects offers it among its
    /// <see cref="SslClientAuthenticationOptions.ApplicationProtocols"/>, and the end that accepts chooses it. Both then know, before the
    /// first byte, that the heartbeat runs inside this TLS connection.</summary>
    public static SslApplicationProtocol Alpn { get; } = new("liveness/1");
}
