using System.Diagnostics.Metrics;
using Liveness.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Liveness.ProtocolPing;

/// <summary>The options of a <see cref="ProtocolHeartbeat"/>. <see cref="DetectWithin"/> is the one that matters.</summary>
/// <remarks>A mutable class, so that configuration can bind it, and many connections can share it: what belongs to one connection is given
/// to <see cref="ProtocolHeartbeat.Start(Func{CancellationToken, ValueTask}, ProtocolHeartbeatOptions)"/>. It is read once, there: later
/// changes have no effect.
/// Invalid values are refused there, with an <see cref="ArgumentOutOfRangeException"/> that names property, value, range and cure of every
/// one.</remarks>
public sealed class ProtocolHeartbeatOptions
{
    /// <summary>The time after the last received byte within which the loss of the peer, its host or the path is reported.</summary>
    /// <value>
    /// At least 100 ms and less than one day; the default is 10 s. <see cref="Timeout.InfiniteTimeSpan"/> means that the heartbeat sends no
    /// pings on its own, and silence is never judged.
    /// </value>
    /// <remarks>Make it longer than the longest silence of a healthy peer: its longest command, or your longest upload that it answers only
    /// at the end. In configuration files write "00:00:30" for 30 seconds: "30" means 30 days.</remarks>
    public TimeSpan DetectWithin { get; set; } = HeartbeatDefaults.DetectWithin;

    /// <summary>
    /// The time without a received byte after which the peer is pinged: at 75-100 % of it (jitter only shortens it), and once more at 150
    /// %, when the connection becomes suspect.
    /// </summary>
    /// <value>
    /// 10 ms to half of <see cref="DetectWithin"/>. Null, the default, means a third of DetectWithin. It is not used if DetectWithin is
    /// infinite.
    /// </value>
    /// <remarks>
    /// A connection that receives more often is never pinged. An idle connection whose peer answers at once costs one ping per interval; a
    /// silent one costs two pings, however long the silence lasts.
    /// </remarks>
    public TimeSpan? PingInterval { get; set; }

    /// <summary>The clock of this connection.</summary>
    /// <value>The default is <see cref="System.TimeProvider.System"/>, which one background thread drives; any other clock is driven by its
    /// own timers. It must not block, because every caller waits for it. A clock that throws is replaced by the system's clock for good,
    /// with one line in the log.</value>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>The logger of the connection. It logs a loss once as a warning, and suspicion and failed pings at debug level.</summary>
    /// <value>Null, the default, means no logging.</value>
    public ILogger? Logger { get; set; }

    /// <summary>The name of these connections in metrics (tag <c>liveness.connection.name</c>) and in the log line of a loss.</summary>
    /// <value>
    /// 1 to 64 characters without control characters, and without white space at either end. Null, the default, means no name and no tag.
    /// </value>
    /// <remarks>
    /// The name stands for a kind of connection, such as "redis". With a different name for each connection, the metrics would grow without
    /// limit.
    /// </remarks>
    public string? Name { get; set; }

    /// <summary>
    /// The factory of the meter that measures these connections: see <see cref="LivenessMeter"/>. A generic host provides one as a service.
    /// </summary>
    /// <value>Null, the default, means the meter of the process.</value>
    public IMeterFactory? MeterFactory { get; set; }
}
