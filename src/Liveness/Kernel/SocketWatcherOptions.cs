using System.Diagnostics.Metrics;
using Liveness.Diagnostics;
using Liveness.KeepAlive;
using Microsoft.Extensions.Logging;

namespace Liveness.Kernel;

/// <summary>The options of a <see cref="SocketWatcher"/>.</summary>
/// <remarks>A mutable class, so that configuration can bind it. It is read once, by <see cref="SocketWatcher.Start"/>. Invalid values are
/// refused there, before the socket is touched, with an <see cref="ArgumentOutOfRangeException"/> that names property, value, range and
/// cure of every one.</remarks>
public sealed class SocketWatcherOptions
{
    /// <summary>
    /// The kernel keepalive that is applied to the socket, and that detects a dead peer. It stays on the socket after the watcher is
    /// disposed.
    /// </summary>
    /// <value>The default is <see cref="TcpKeepAliveOptions.DetectWithin"/> = 60 s with <see cref="TcpKeepAlivePolicy.BestEffort"/>. Null
    /// means that the socket keeps its settings; if its keepalive is off, the death of an idle peer is never detected.</value>
    /// <remarks>
    /// Its user timeout also ends a connection whose peer lives but doesn't read for that long while data waits for it.
    /// </remarks>
    public TcpKeepAliveOptions? KeepAlive { get; set; } = new()
    {
        DetectWithin = SocketWatcherDefaults.DetectWithin,
        Policy = TcpKeepAlivePolicy.BestEffort,
    };

    /// <summary>The clock by which the watcher looks at the socket. The kernel's timers use the kernel's clock.</summary>
    /// <value>The default is <see cref="System.TimeProvider.System"/>, which one background thread drives; any other clock is driven by its
    /// own timers. It must not block, because every caller waits for it. A clock that throws is replaced by the system's clock for good,
    /// with one line in the log.</value>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>
    /// The logger of the watcher. It logs a loss once as a warning, keepalive that can't be applied in full as a warning, and suspicion at
    /// debug level.
    /// </summary>
    /// <value>Null, the default, means no logging.</value>
    public ILogger? Logger { get; set; }

    /// <summary>The name of this connection in metrics (tag <c>liveness.connection.name</c>) and in the log line of a loss.</summary>
    /// <value>
    /// 1 to 64 characters without control characters, and without white space at either end. Null, the default, means no name and no tag.
    /// </value>
    /// <remarks>
    /// The name stands for a kind of connection, such as "devices". With a different name for each connection, the metrics would grow
    /// without limit.
    /// </remarks>
    public string? Name { get; set; }

    /// <summary>
    /// The factory of the meter that measures this connection: see <see cref="LivenessMeter"/>. A generic host provides one as a service.
    /// </summary>
    /// <value>Null, the default, means the meter of the process.</value>
    public IMeterFactory? MeterFactory { get; set; }
}
