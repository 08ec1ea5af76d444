using System.Diagnostics.Metrics;
using Liveness.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Liveness.ProtocolPing;

/// <summary>What a <see cref="ProtocolHeartbeat"/> is to do. <see cref="DetectWithin"/> is the one number that matters.</summary>
/// <remarks>A mutable class, so that configuration can bind it, and many connections can share it: what belongs to one connection is given
/// to <see cref="ProtocolHeartbeat.Start(Func{CancellationToken, ValueTask}, ProtocolHeartbeatOptions)"/>. It is read once, there: later
/// changes have no effect.
/// Invalid values are refused there, with an <see cref="ArgumentOutOfRangeException"/> that names property, value, range and cure of every
/// one.</remarks>
public sealed class ProtocolHeartbeatOptions
{
    /// <summary>How soon after the last byte heard the loss of the peer, its host or the path is reported.</summary>
    /// <value>
    /// At least 100 ms and less than one day; default 10 s. <see cref="Timeout.InfiniteTimeSpan"/> = no ping is sent of itself, and silence
    /// is never judged.
    /// </value>
    /// <remarks>Make it longer than whatever your protocol keeps the peer silent for while all is well: its longest command, your longest
    /// upload that it answers only at the end.
    /// In configuration files write "00:00:30" for 30 seconds: "30" means 30 days.</remarks>
    public TimeSpan DetectWithin { get; set; } = HeartbeatDefaults.DetectWithin;

    /// <summary>
    /// After how long without a received byte the peer is pinged: at 75-100 % of it (jitter only shortens), and once more at one and a half
    /// of it, when the connection becomes suspect.
    /// </summary>
    /// <value>
    /// 10 ms to half of <see cref="DetectWithin"/>; null (the default) = a third of DetectWithin. Not used where DetectWithin is infinite.
    /// </value>
    /// <remarks>
    /// A connection that receives more often is not pinged at all. An idle one whose peer answers at once costs one ping an interval; a
    /// silent one two, however long the silence lasts.
    /// </remarks>
    public TimeSpan? PingInterval { get; set; }

    /// <summary>The clock of everything that this connection times.</summary>
    /// <value>Default <see cref="System.TimeProvider.System"/>, which is driven by one background thread; any other is driven by the timers
    /// that it makes itself.
    /// Where that throws, the system's clock takes its place for good, with a line in the log. It must not block: whoever asks for the time
    /// waits for it.</value>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Where the connection logs: a loss once as a warning, suspicion and failed pings at debug level.</summary>
    /// <value>Default null = nowhere.</value>
    public ILogger? Logger { get; set; }

    /// <summary>What these connections are called in metrics (tag <c>liveness.connection.name</c>) and in the log line of a loss.</summary>
    /// <value>
    /// 1 to 64 characters without control characters, not beginning or ending with white space; null (the default) = no name and no tag.
    /// </value>
    /// <remarks>
    /// It names a kind of connection, such as "redis": with a name for each connection the metrics would grow without end.
    /// </remarks>
    public string? Name { get; set; }

    /// <summary>
    /// Where the meter comes from that measures these connections: see <see cref="LivenessMeter"/>. A generic host has one among its
    /// services.
    /// </summary>
    /// <value>Null (the default) = the meter of the process.</value>
    public IMeterFactory? MeterFactory { get; set; }
}
