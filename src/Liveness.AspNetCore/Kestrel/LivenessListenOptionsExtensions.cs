using Liveness;
using Liveness.AspNetCore;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Microsoft.AspNetCore.Hosting;

/// <summary>Watches the connections of a Kestrel endpoint.</summary>
public static class LivenessListenOptionsExtensions
{
    /// <summary>
    /// Attaches every connection of this endpoint with an <see cref="ILivenessFactory"/> and the settings of a name, before the application
    /// receives it.
    /// </summary>
    /// <remarks>
    /// <para>With <see cref="LivenessMode.InBand"/>, the heartbeat runs inside the connection. Clients must speak it too, and the layers
    /// above (HTTP, a connection handler) read and write as before. The connection of a client that doesn't speak it is closed, with one
    /// Information line of the library and one Debug line of this package. With <see cref="PlainPeers.Serve"/> such a client is served on
    /// the same port, and watched by the kernel. The other modes don't touch the bytes.</para>
    /// <para>A loss aborts the connection, which cancels <see cref="BaseConnectionContext.ConnectionClosed"/>; with
    /// <see cref="LossAction.ReportOnly"/>, only in-band reads and writes fail. Reads then throw <see cref="ConnectionLostException"/>
    /// (after an abort by this end <see cref="ConnectionAbortedException"/>, as usual), and flushes return a completed result. When the
    /// application has ended, the connection is closed in good order; if it failed with an exception, the connection is aborted, and
    /// in-band its client is told so (<see cref="PeerGaveUp"/>, code <see cref="GoodbyeCode.Aborted"/>). The application finds the
    /// connection by <see cref="ILivenessConnectionFeature"/>.</para>
    /// <para>The position in the pipeline matters: after UseHttps, the heartbeat runs inside TLS, and
    /// <see cref="LivenessHttpsExtensions.ChooseLiveness"/> lets TLS agree on it. It works over TCP; HTTP/3 has its own means.</para>
    /// </remarks>
    /// <param name="listenOptions">The options of the endpoint.</param>
    /// <param name="name">The name that was given to AddLiveness; null, the default, means the nameless settings.</param>
    /// <param name="ownId">A function that returns your own id for a connection (<see cref="LivenessConnection.OwnId"/>), for example the
    /// subject of a client certificate after UseHttps. It is called once for each connection, before the attach, and may take its time. It
    /// returns a valid id, or null for none. If it throws or returns an invalid id, a warning says so (event 104), and the connection has
    /// no id. Null, the default, means no ids; the application can set them later.</param>
    /// <returns><paramref name="listenOptions"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="listenOptions"/> is null.</exception>
    /// <exception cref="ArgumentException">Nothing is configured for that name; the message lists the configured names. It is thrown when
    /// the server starts, because that is when endpoints are usually configured.</exception>
    /// <exception cref="InvalidOperationException">The container has no <see cref="ILivenessFactory"/>: the message says what to
    /// call.</exception>
    /// <example>
    /// <code>
    /// builder.WebHost.ConfigureKestrel(kestrel =&gt; kestrel.ListenLocalhost(5090, listen =&gt; listen.UseLiveness("web")));
    /// </code>
    /// </example>
    public static ListenOptions UseLiveness(
        this ListenOptions listenOptions, string? name = null, Func<ConnectionContext, string?>? ownId = null)
    {
        ArgumentNullException.ThrowIfNull(listenOptions);
        ILivenessFactory factory = RequiredServices.Factory(listenOptions.ApplicationServices, nameof(UseLiveness));
        factory.EnsureName(name);
        ILogger logger = QuietLogger.Of(listenOptions.ApplicationServices);
        listenOptions.Use(next => new LivenessConnectionMiddleware(next, factory, name, ownId, logger).OnConnectionAsync);
        return listenOptions;
    }
}
