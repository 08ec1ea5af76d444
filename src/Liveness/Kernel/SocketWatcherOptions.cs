using System.Diagnostics.Metrics;
using Liveness.Diagnostics;
using Liveness.KeepAlive;
using Microsoft.Extensions.Logging;

namespace Liveness.Kernel;

/// <summary>What a <see cref="SocketWatcher"/> is to do.</summary>
/// <remarks>A mutable class, so that configuration can bind it. It is read once, by <see cref="SocketWatcher.Start"/>. Invalid values are
/// refused there, before the socket is touched, with an <see cref="ArgumentOutOfRangeException"/> that names property, value, range and
/// cure of every one.</remarks>
public sealed class SocketWatcherOptions
{
    /// <summary>
    /// The kernel keepalive that is applied to the socket: it is what finds a dead peer. It stays on the socket when the monitor is
    /// disposed.
    /// </summary>
    /// <value>Default <see cref="TcpKeepAliveOptions.DetectWithin"/> = 60 s and <see cref="TcpKeepAlivePolicy.BestEffort"/>. Null = the
    /// socket's settings are left alone and only watched:
    /// where keepalive is off, the death of an idle peer is never found.</value>
    /// <remarks>
    /// Its user timeout also ends a connection whose peer lives, but does not read for that long while data waits for it.
    /// </remarks>
    public TcpKeepAliveOptions? KeepAlive { get; set; } = new()
    {
        DetectWithin = SocketWatcherDefaults.DetectWithin,
        Policy = TcpKeepAlivePolicy.BestEffort,
    };

    /// <summary>The clock by which the socket is looked at. The kernel's own timers go by its own clock.</summary>
    /// <value>Default <see cref="System.TimeProvider.System"/>, which is driven by one background thread; any other is driven by the timers
    /// that it makes itself.
    /// Where that throws, the system's clock takes its place for good, with a line in the log. It must not block: whoever asks for the time
    /// waits for it.</value>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>
    /// Where the monitor logs: a loss once as a warning, keepalive that could not be applied in full as a warning, suspicion at debug
    /// level.
    /// </summary>
    /// <value>Default null = nowhere.</value>
    public ILogger? Logger { get; set; }

    /// <summary>What this connection is called in metrics (tag <c>liveness.connection.name</c>) and in the log line of a loss.</summary>
    /// <value>
    /// 1 to 64 characters without control characters, not beginning or ending with white space; null (the default) = no name and no tag.
    /// </value>
    /// <remarks>
    /// It names a kind of connection, such as "devices": with a name for each connection the metrics would grow without end.
    /// </remarks>
    public string? Name { get; set; }

    /// <summary>
    /// Where the meter comes from that measures this connection: see <see cref="LivenessMeter"/>. A generic host has one among its
    /// services.
    /// </summary>
    /// <value>Null (the default) = the meter of the process.</value>
    public IMeterFactory? MeterFactory { get; set; }
}
