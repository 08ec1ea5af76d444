using System.Diagnostics.Metrics;
using Liveness.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Liveness;

/// <summary>
/// What the caller asks of a heartbeat. <see cref="DetectWithin"/> is the one number that matters; the rest follows from it.
/// </summary>
/// <remarks>A mutable class, so that configuration can bind it. It is read once, when a stream is made: later changes have no effect on
/// that stream.
/// Invalid values are refused there, with an <see cref="ArgumentOutOfRangeException"/> that names property, value, range and
/// cure.</remarks>
/// <example>
/// <code>
/// HeartbeatOptions options = new() { DetectWithin = TimeSpan.FromSeconds(3) };
/// Task&lt;HeartbeatStream&gt; starting = HeartbeatStream.StartAsync(accepted.GetStream(), options);
/// await using HeartbeatStream client = await HeartbeatStream.StartAsync(connected.GetStream(), options);
/// </code>
/// </example>
public sealed class HeartbeatOptions
{
    /// <summary>How soon after the last byte heard the loss of the peer, its host or the path is reported.</summary>
    /// <value>At least 100 ms and less than one day; null (the default) = 10 s, or <see cref="LivenessOptions.DetectWithin"/> where it is a
    /// part of that.
    /// <see cref="Timeout.InfiniteTimeSpan"/> = no heartbeat is asked for and silence is never judged.</value>
    /// <remarks>In configuration files write "00:00:30" for 30 seconds: "30" means 30 days.</remarks>
    public TimeSpan? DetectWithin { get; set; }

    /// <summary>How long the peer may take to introduce itself, counted from <c>StartAsync</c> or from the first read or write.</summary>
    /// <value>100 ms to 10 minutes; default 10 s.</value>
    /// <remarks>Only time in which this process could do its part counts: neither its own pauses, nor spells in which its thread pool was
    /// behind by an eighth of this or more.
    /// Such spells put it off by at most three times its length; while what the peer has sent may lie here unread, by as long as they
    /// last.</remarks>
    public TimeSpan HandshakeTimeout { get; set; } = HeartbeatDefaults.HandshakeTimeout;

    /// <summary>How long an orderly close may go without progress before it is cut short.</summary>
    /// <value>
    /// 0 to 1 hour; null (the default) = the smaller of <see cref="DetectWithin"/> and 5 s. Zero = do not wait for the peer at all.
    /// </value>
    /// <remarks>Progress is anything that the transport takes or that the peer is seen to receive; never judged sooner than one and a half
    /// of the peer's beat intervals, because its beats say so. A close that moves on is only limited by <see cref="CloseDeadline"/>.
    /// Pauses of this process do not count, nor spells in which its thread pool was behind by an eighth of this or more; such spells put it
    /// off by at most three times its length.</remarks>
    public TimeSpan? CloseTimeout { get; set; }

    /// <summary>How long an orderly close may take in all, however well it moves on.</summary>
    /// <value>0 to 1 hour; default 60 s. <see cref="Timeout.InfiniteTimeSpan"/> = as long as it takes.</value>
    public TimeSpan CloseDeadline { get; set; } = HeartbeatDefaults.CloseDeadline;

    /// <summary>After how long without progress received data that no application takes is reported as
    /// <see cref="ConnectionConditions.PeerNotConsuming"/>, at the end that waits, and as <see cref="ConnectionConditions.WeAreBehind"/> at
    /// the end whose application does not read. Never a loss.</summary>
    /// <value>
    /// At least <see cref="DetectWithin"/>; null (the default) = 30 s, or DetectWithin where that is larger.
    /// <see cref="Timeout.InfiniteTimeSpan"/> = never report.
    /// </value>
    public TimeSpan? StalledAfter { get; set; }

    /// <summary>The smallest interval at which this end sends beats, whatever the peer asks for.</summary>
    /// <value>10 ms to 1 hour, in whole milliseconds (rounded up); default 20 ms.</value>
    public TimeSpan MinTransmitInterval { get; set; } = HeartbeatDefaults.MinTransmitInterval;

    /// <summary>
    /// The smallest average interval at which this end accepts control frames; a peer that sends more is <see cref="ProtocolViolated"/>.
    /// </summary>
    /// <value>
    /// 10 ms to 1 hour and at most the beat interval, in whole milliseconds (rounded down); null (the default) = the smaller of 20 ms and
    /// the beat interval.
    /// </value>
    public TimeSpan? MinReceiveInterval { get; set; }

    /// <summary>How many bytes the peer may send that the application has not read yet, at first: the guaranteed exposure of a connection,
    /// and the memory that it may need in any case. It grows up to <see cref="MaxReceiveWindow"/> where it holds a transfer back and the
    /// application reads in time.</summary>
    /// <value>
    /// 32 KiB to 64 MiB, in bytes; default 64 KiB. The default may become 32 KiB on a thin path; a value above the default is never taken
    /// below itself.
    /// </value>
    /// <remarks>Raise it for programs that write megabytes at both ends before either reads.</remarks>
    public int ReceiveWindow { get; set; } = HeartbeatDefaults.ReceiveWindow;

    /// <summary>How far the window may grow: the most memory that this connection holds for unread data. Throughput is at most one window a
    /// round trip:
    /// 4 MiB is 417 Mbit/s at 80 ms.</summary>
    /// <value>
    /// At least <see cref="ReceiveWindow"/> and at most 64 MiB, in bytes; null (the default) = 4 MiB, or ReceiveWindow where that is
    /// larger.
    /// </value>
    /// <remarks>On a thin path it does not grow further than a quarter of <see cref="DetectWithin"/>'s worth of data, or two round trips'
    /// worth, whichever is more.
    /// All connections of the process together share <see cref="HeartbeatStream.UnreadBudget"/>.</remarks>
    public int? MaxReceiveWindow { get; set; }

    /// <summary>Whether a peer that will not beat often enough for <see cref="DetectWithin"/> is refused, at the handshake
    /// (<see cref="HandshakeFailed"/>) or when it slows down later (<see cref="BoundExceeded"/>); otherwise the longer bound is logged once
    /// and shown in losses and snapshots.</summary>
    /// <value>Default false.</value>
    public bool RequireBound { get; set; }

    /// <summary>Told by the extension of the same name.</summary>
    internal TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>
    /// How a lost connection over a stream that is no socket is cut off. Runs on the thread pool, is never awaited, may block and may
    /// throw.
    /// </summary>
    /// <value>Is given the wrapped stream. Default null = <see cref="Stream.Dispose()"/>. Not used over
    /// <see cref="System.Net.Sockets.Socket"/> and <see cref="System.Net.Sockets.NetworkStream"/>, which are closed with a TCP
    /// reset.</value>
    public Action<Stream>? AbortTransport { get; set; }

    /// <summary>Told by the extension of the same name.</summary>
    internal ILogger? Logger { get; set; }

    /// <summary>What these connections are called in metrics (tag <c>liveness.connection.name</c>) and in the log line of a loss.</summary>
    /// <value>
    /// 1 to 64 characters without control characters, not beginning or ending with white space; null (the default) = no name and no tag.
    /// </value>
    /// <remarks>
    /// It names a kind of connection, such as "devices": with a name for each connection the metrics would grow without end.
    /// </remarks>
    public string? Name { get; set; }

    /// <summary>Told by the extension of the same name.</summary>
    internal IMeterFactory? MeterFactory { get; set; }

    /// <summary>Of a side connection it is another one.</summary>
    internal ConnectionMode Mode { get; init; } = ConnectionMode.InBand;

    internal HeartbeatOptions Copy() => (HeartbeatOptions)MemberwiseClone();
}
