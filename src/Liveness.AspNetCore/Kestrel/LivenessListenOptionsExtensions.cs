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
    /// <para>With <see cref="LivenessMode.InBand"/> the heartbeat runs inside the connection: clients must speak it too, and whatever
    /// stands above (HTTP, a connection handler) reads and writes as before.
    /// A client that does not speak it is closed, with a line at Information of the library and one at Debug here. With the other modes the
    /// bytes are left alone.</para>
    /// <para>A loss aborts the connection, which cancels <see cref="BaseConnectionContext.ConnectionClosed"/>; with
    /// <see cref="LossAction.ReportOnly"/> only reads and writes fail, in-band.
    /// Reads then throw <see cref="ConnectionLostException"/> (after an abort by this end <see cref="ConnectionAbortedException"/>, as
    /// ever), and flushes tell that they are completed. When the application has ended, the connection is closed in good order; where it
    /// has failed with an exception, it is aborted, and in-band its client is told so (<see cref="PeerGaveUp"/>, code
    /// <see cref="GoodbyeCode.Aborted"/>).
    /// The application finds the connection by <see cref="ILivenessConnectionFeature"/>.</para>
    /// <para>The place in the pipeline counts: after UseHttps the heartbeat runs inside TLS. It is for TCP; HTTP/3 has its own.</para>
    /// </remarks>
    /// <param name="listenOptions">The options of the endpoint.</param>
    /// <param name="name">The name that was given to AddLiveness; null, the default, means the nameless settings.</param>
    /// <param name="ownId">What you call a connection, for <see cref="LivenessConnection.OwnId"/>: behind UseHttps the subject of a
    /// client's certificate, say. Called once for each, before it is attached and in its own time; what it returns must be as
    /// there, and null = no id. Where it throws, or returns what is none, a warning says so (104), and the connection goes on without one.
    /// Null = no ids from here: the application may set them later.</param>
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
