using System.Diagnostics.Metrics;
using Liveness.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Liveness;

/// <summary>
/// The options of a heartbeat. <see cref="DetectWithin"/> is the one that matters; the others follow from it.
/// </summary>
/// <remarks>The class is mutable, so that configuration can bind it. A stream reads it once, when the stream is made; later changes have no
/// effect on that stream. The stream refuses invalid values with an <see cref="ArgumentOutOfRangeException"/> that names the property, the
/// value, the range and the cure.</remarks>
/// <example>
/// <code>
/// HeartbeatOptions options = new() { DetectWithin = TimeSpan.FromSeconds(3) };
/// Task&lt;HeartbeatStream&gt; starting = HeartbeatStream.StartAsync(accepted.GetStream(), options);
/// await using HeartbeatStream client = await HeartbeatStream.StartAsync(connected.GetStream(), options);
/// </code>
/// </example>
public sealed class HeartbeatOptions
{
    /// <summary>The time after the last received byte within which the loss of the peer, its host or the path is reported.</summary>
    /// <value>At least 100 ms and less than one day. Null, the default, means 10 s, or <see cref="LivenessOptions.DetectWithin"/> where
    /// these options are a part of those. <see cref="Timeout.InfiniteTimeSpan"/> means that no heartbeat is asked for and silence is never
    /// judged.</value>
    /// <remarks>In configuration files write "00:00:30" for 30 seconds: "30" means 30 days.</remarks>
    public TimeSpan? DetectWithin { get; set; }

    /// <summary>The time that the handshake with the peer may take, counted from <c>StartAsync</c> or from the first read or
    /// write.</summary>
    /// <value>100 ms to 10 minutes; the default is 10 s.</value>
    /// <remarks>Pauses of this process don't count, and neither do periods in which its thread pool was late by an eighth of this time or
    /// more. Such periods extend the timeout by at most three times its length; while bytes of the peer may be waiting here unread, they
    /// extend it by their whole length.</remarks>
    public TimeSpan HandshakeTimeout { get; set; } = HeartbeatDefaults.HandshakeTimeout;

    /// <summary>What an accepting end does with a peer that doesn't speak Liveness: it refuses it, or it serves it on the same port,
    /// watched by its kernel alone. It is for <see cref="ILivenessFactory.AttachAsync"/> and
    /// <see cref="LivenessConnection.AcceptAsync(System.Net.Sockets.Socket, HeartbeatOptions, CancellationToken)"/>; a
    /// <see cref="HeartbeatStream"/> speaks Liveness with every peer, and throws <see cref="ArgumentOutOfRangeException"/> for
    /// <see cref="PlainPeers.Serve"/>.</summary>
    /// <value>Null, the default, means <see cref="PlainPeers.Refuse"/>, or <see cref="LivenessOptions.PlainPeers"/> where these options are
    /// a part of those.</value>
    public PlainPeers? PlainPeers { get; set; }

    /// <summary>The time that a peer has for its first bytes where plain peers are served. A peer that says nothing for so long is taken
    /// for a plain one.</summary>
    /// <value>10 ms to <see cref="HandshakeTimeout"/>; the default is 1 s. It is used only with <see cref="PlainPeers.Serve"/>.</value>
    /// <remarks>A plain peer that speaks first is known by its first byte, and waits for nothing. A peer that waits for the server to speak
    /// first waits for this time, once. It must be longer than a round trip: a Liveness peer whose first bytes come later is taken for a
    /// plain one, and reports <see cref="PeerNotLiveness"/>. HandshakeTimeout counts from the moment at which the peer is known.</remarks>
    public TimeSpan PlainPeerAfter { get; set; } = HeartbeatDefaults.PlainPeerAfter;

    /// <summary>The time that an orderly close may take without progress before it is cut short.</summary>
    /// <value>
    /// 0 to 1 hour. Null, the default, means the smaller of <see cref="DetectWithin"/> and 5 s. Zero means that the close doesn't wait for
    /// the peer.
    /// </value>
    /// <remarks>The close makes progress when the transport takes bytes, or the peer's beats say that it has received some. It is never cut
    /// short sooner than after one and a half beat intervals of the peer. A close that makes progress is only limited by
    /// <see cref="CloseDeadline"/>. Pauses of this process don't count, and neither do periods in which its thread pool was late by an
    /// eighth of this time or more; such periods extend the timeout by at most three times its length.</remarks>
    public TimeSpan? CloseTimeout { get; set; }

    /// <summary>The time that an orderly close may take in all, even if it makes progress.</summary>
    /// <value>0 to 1 hour; the default is 60 s. <see cref="Timeout.InfiniteTimeSpan"/> means no limit.</value>
    public TimeSpan CloseDeadline { get; set; } = HeartbeatDefaults.CloseDeadline;

    /// <summary>The time after which data that an application doesn't read is reported: as
    /// <see cref="ConnectionConditions.PeerNotConsuming"/> at the end that waits, and as <see cref="ConnectionConditions.WeAreBehind"/> at
    /// the end whose application doesn't read. It is never a loss.</summary>
    /// <value>
    /// At least <see cref="DetectWithin"/>. Null, the default, means 30 s, or DetectWithin if that is longer.
    /// <see cref="Timeout.InfiniteTimeSpan"/> means that it is never reported.
    /// </value>
    public TimeSpan? StalledAfter { get; set; }

    /// <summary>The smallest interval at which this end sends beats, whatever the peer asks for.</summary>
    /// <value>10 ms to 1 hour, rounded up to whole milliseconds; the default is 20 ms.</value>
    public TimeSpan MinTransmitInterval { get; set; } = HeartbeatDefaults.MinTransmitInterval;

    /// <summary>
    /// The smallest average interval at which this end accepts control frames. A peer that sends more ends the connection with
    /// <see cref="ProtocolViolated"/>.
    /// </summary>
    /// <value>
    /// 10 ms to 1 hour and at most the beat interval, rounded down to whole milliseconds. Null, the default, means the smaller of 20 ms and
    /// the beat interval.
    /// </value>
    public TimeSpan? MinReceiveInterval { get; set; }

    /// <summary>The number of unread bytes that the peer may send at first, and the memory that a connection may need in any case. The
    /// window grows up to <see cref="MaxReceiveWindow"/> when it slows a transfer down and the application reads in time.</summary>
    /// <value>
    /// 32 KiB to 64 MiB, in bytes; the default is 64 KiB. The default may shrink to 32 KiB on a slow path; a larger value never shrinks
    /// below itself.
    /// </value>
    /// <remarks>Raise it for programs that write megabytes at both ends before either reads.</remarks>
    public int ReceiveWindow { get; set; } = HeartbeatDefaults.ReceiveWindow;

    /// <summary>The size to which the window may grow, which is the most memory that this connection uses for unread data. The throughput
    /// is at most one window per round trip: 4 MiB is 417 Mbit/s at 80 ms.</summary>
    /// <value>
    /// At least <see cref="ReceiveWindow"/> and at most 64 MiB, in bytes. Null, the default, means 4 MiB, or ReceiveWindow if that is
    /// larger.
    /// </value>
    /// <remarks>On a slow path the window grows only to the data that the path carries in a quarter of <see cref="DetectWithin"/> or in two
    /// round trips, whichever is more. All connections of the process share <see cref="HeartbeatStream.UnreadBudget"/>.</remarks>
    public int? MaxReceiveWindow { get; set; }

    /// <summary>Whether a peer that won't beat often enough for <see cref="DetectWithin"/> is refused: at the handshake
    /// (<see cref="HandshakeFailed"/>), or later when it slows down (<see cref="BoundExceeded"/>). Otherwise the longer bound is logged
    /// once and shown in losses and snapshots.</summary>
    /// <value>The default is false.</value>
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
