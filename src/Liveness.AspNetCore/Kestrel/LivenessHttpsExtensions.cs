using System.Net.Security;
using Liveness;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Microsoft.AspNetCore.Hosting;

/// <summary>Lets TLS agree on Liveness.</summary>
public static class LivenessHttpsExtensions
{
    /// <summary>Lets this endpoint choose <see cref="LivenessProtocol.Alpn"/> for clients that offer it. Both ends then know from the
    /// handshake of TLS that the heartbeat runs inside.</summary>
    /// <remarks>Call it for an endpoint with <c>UseLiveness</c> after <c>UseHttps</c>. Clients that don't offer the id get one of the other
    /// protocols, as before; whether they are served, <see cref="LivenessOptions.PlainPeers"/> says. HTTP inside such a connection is
    /// HTTP/1.1, because HTTP/2 needs an id of its own. A callback that was set before
    /// (<see cref="HttpsConnectionAdapterOptions.OnAuthenticate"/>) runs first; one that is set later replaces this.</remarks>
    /// <param name="https">The options of the endpoint.</param>
    /// <returns><paramref name="https"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="https"/> is null.</exception>
    public static HttpsConnectionAdapterOptions ChooseLiveness(this HttpsConnectionAdapterOptions https)
    {
        ArgumentNullException.ThrowIfNull(https);
        Action<ConnectionContext, SslServerAuthenticationOptions>? before = https.OnAuthenticate;
        https.OnAuthenticate = (connection, tls) =>
        {
            before?.Invoke(connection, tls);

            // First: the server's order decides.
            tls.ApplicationProtocols = [LivenessProtocol.Alpn, .. tls.ApplicationProtocols ?? []];
        };
        return https;
    }
}
