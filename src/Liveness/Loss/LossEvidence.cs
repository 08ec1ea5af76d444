using System.Net.Sockets;
using Liveness.KeepAlive;

namespace Liveness;

/// <summary>The measurements on which a loss is based. A property is null if it was not measured or doesn't apply.</summary>
/// <remarks>Durations don't include the time in which this process itself could not run, unless the property says otherwise. Minor versions
/// may add properties.</remarks>
public sealed class LossEvidence
{
    /// <summary>Creates evidence without measurements. Set the properties that you need.</summary>
    public LossEvidence()
    {
    }

    /// <summary>With what every loss knows of its socket.</summary>
    /// <param name="kernel">What the kernel said in the silence; null = it was not asked.</param>
    /// <param name="witness">What the transport said at the verdict, where it was asked.</param>
    /// <param name="error">What ended the connection; null = a verdict of ours.</param>
    /// <param name="writeFailure">What writing failed with before that; null = it did not.</param>
    internal LossEvidence(KernelSilence? kernel, WitnessReading? witness, Exception? error, Exception? writeFailure)
    {
        Kernel = kernel?.Newest ?? witness?.Kernel;
        SegmentsInSilence = kernel?.Segments;
        AcknowledgedInSilenceBytes = kernel?.AcknowledgedBytes;
        TimeoutsInSilence = kernel?.Timeouts;
        RetransmittedInSilenceBytes = kernel?.RetransmittedBytes;
        LocalNetworkIsDown = kernel?.LocalNetworkIsDown;
        UnreadSocketBytes = witness?.Available;
        WriteFailure = writeFailure is null ? null : ForeignCode.MessageOf(writeFailure);
        SocketException? socketError = SocketErrorTable.Find(error ?? writeFailure);
        SocketError = socketError?.SocketErrorCode;
        NativeErrorCode = socketError?.NativeErrorCode;
    }

    /// <summary>The id of this connection that the logs of both ends share: the exclusive-or of both endpoint ids, as 32 hexadecimal
    /// digits.</summary>
    public string? IncidentId { get; init; }

    /// <summary>The age of the newest beat of this end that the peer has echoed, counted from when it was handed to the
    /// transport.</summary>
    public TimeSpan? OutboundAge { get; init; }

    /// <summary>The time for which the peer had received nothing from this end, as its newest beat said.</summary>
    public TimeSpan? PeerHeardUsAgo { get; init; }

    /// <summary>
    /// How often this end sent beats: the agreed interval, before jitter. A peer that heard us longer ago than one and a half of these
    /// missed one.
    /// </summary>
    public TimeSpan? SendInterval { get; init; }

    /// <summary>
    /// The silence of ours after which the peer takes us for dead, at least: by how often it asked to hear us. Null where it judges no
    /// silence, or was not known yet.
    /// </summary>
    /// <remarks>
    /// An estimate: how many beats the peer lets pass does not travel. This and <see cref="PeerBoundAtMost"/> hold for one that keeps to
    /// the formula of PROTOCOL.md.
    /// </remarks>
    public TimeSpan? PeerBoundAtLeast { get; init; }

    /// <summary>The same at most; equal to <see cref="PeerBoundAtLeast"/> where the interval leaves no choice.</summary>
    public TimeSpan? PeerBoundAtMost { get; init; }

    /// <summary>The delay of the peer's thread pool, as its newest beat said.</summary>
    public TimeSpan? PeerLag { get; init; }

    /// <summary>The delay of this process's thread pool at the verdict.</summary>
    public TimeSpan? OwnLag { get; init; }

    /// <summary>The time in which this process could not run during the silence. It is already subtracted from the silence.</summary>
    public TimeSpan? OwnPauses { get; init; }

    /// <summary>
    /// The longest single pause of this process during the silence, or within one bound, ours or the peer's, before the verdict.
    /// </summary>
    public TimeSpan? LongestOwnPause { get; init; }

    /// <summary>The time by which the verdict was postponed because the reader of this end was late.</summary>
    public TimeSpan? ExcusedWhileStarved { get; init; }

    /// <summary>The time by which the verdict was postponed because segments kept arriving out of order.</summary>
    public TimeSpan? ExcusedForHoleRepair { get; init; }

    /// <summary>The time by which the verdict was postponed so that the peer could answer after a pause of this process.</summary>
    public TimeSpan? ExcusedAfterOwnPause { get; init; }

    /// <summary>The newest measured round trip.</summary>
    public TimeSpan? RoundTrip { get; init; }

    /// <summary>The number of receive intervals that passed in silence, which is the number of missed beats.</summary>
    public int? MissedBeats { get; init; }

    /// <summary>The number of probes that were sent in this silence, of which none was answered.</summary>
    public int? UnansweredProbes { get; init; }

    /// <summary>DATA payload bytes that we have handed to the transport.</summary>
    public long? BytesSent { get; init; }

    /// <summary>DATA payload bytes that we have received.</summary>
    public long? BytesReceived { get; init; }

    /// <summary>DATA payload bytes that the peer has received from us, as its newest beat said.</summary>
    public long? PeerReceivedBytes { get; init; }

    /// <summary>DATA payload bytes that the peer's application has taken, as its newest beat said.</summary>
    public long? PeerConsumedBytes { get; init; }

    /// <summary>Bytes that waited unread in our own socket at the verdict.</summary>
    public long? UnreadSocketBytes { get; init; }

    /// <summary>What the operating system knew of the TCP connection when it last looked alive to it: at the verdict, or shortly before a
    /// reset.
    /// Through a proxy it speaks of the next hop only. Null where there is no socket to ask, or the platform does not tell.</summary>
    public TcpInfoSnapshot? Kernel { get; init; }

    /// <summary>For how long, at least, data had waited of which nothing was acknowledged: by the next hop, where the kernel gave up over
    /// that; in-band by the peer itself, where it was worth <see cref="ConnectionConditions.DataUnacknowledged"/>. It may be far longer
    /// than the silence: who is heard need not hear us.</summary>
    public TimeSpan? UnacknowledgedFor { get; init; }

    /// <summary>
    /// Segments that arrived once a beat of the peer was overdue, and brought no byte: acknowledgements, answers to probes, repetitions.
    /// </summary>
    public long? SegmentsInSilence { get; init; }

    /// <summary>Bytes of ours that the next hop acknowledged once a beat of the peer was overdue.</summary>
    public long? AcknowledgedInSilenceBytes { get; init; }

    /// <summary>Bytes that our kernel repeated once a beat of the peer was overdue.</summary>
    public long? RetransmittedInSilenceBytes { get; init; }

    /// <summary>Retransmission timeouts of our kernel once a beat of the peer was overdue (Linux 6.7, Windows).</summary>
    public long? TimeoutsInSilence { get; init; }

    /// <summary>
    /// Retransmission timeouts of our kernel since the newest look at it at which the peer was still heard: one is taken about once in a
    /// bound, so some of them may lie before the silence (Linux 6.7).
    /// </summary>
    public long? TimeoutsSinceHeard { get; init; }

    /// <summary>
    /// Segments received behind a hole in the same time: something of the peer was sent before them that had not come (Linux 5.4).
    /// </summary>
    public long? OutOfOrderSinceHeard { get; init; }

    /// <summary>How often the kernel took another path in the same time (IPv6, Linux 6.2).</summary>
    public long? PathChangesSinceHeard { get; init; }

    /// <summary>
    /// The time before the silence that the next six count: the last minutes, at most four. Null, like them, where the path has never lost
    /// anything, or the kernel does not tell (Linux does).
    /// </summary>
    public TimeSpan? PathSpan { get; init; }

    /// <summary>Segments sent in <see cref="PathSpan"/>, of every kind.</summary>
    public long? PathSentSegments { get; init; }

    /// <summary>Segments that had to be sent again in <see cref="PathSpan"/>: they or their acknowledgements were lost, or late.</summary>
    public long? PathRetransmittedSegments { get; init; }

    /// <summary>Retransmission timeouts in <see cref="PathSpan"/> (Linux 6.7; before, 0).</summary>
    public long? PathTimeouts { get; init; }

    /// <summary>Segments received in <see cref="PathSpan"/>, of every kind.</summary>
    public long? PathReceivedSegments { get; init; }

    /// <summary>
    /// Segments received behind a hole in <see cref="PathSpan"/>: what the peer had sent before them was lost, or overtaken.
    /// </summary>
    public long? PathOutOfOrderSegments { get; init; }

    /// <summary>How often the kernel took another path in <see cref="PathSpan"/> (IPv6, Linux 6.2).</summary>
    public long? PathChanges { get; init; }

    /// <summary>True if the network interface with the local address was down or gone; false if it was up.</summary>
    public bool? LocalNetworkIsDown { get; init; }

    /// <summary>
    /// True where a beat of ours could not be handed to the transport for a whole bound while nothing moved, or a ping of your own protocol
    /// had not been sent yet at the verdict.
    /// </summary>
    public bool? WriteStuck { get; init; }

    /// <summary>
    /// What a failed transport write, or a failed ping of your own protocol, said. A write failure never decides by itself.
    /// </summary>
    public string? WriteFailure { get; init; }

    /// <summary>The socket error that ended the connection or came with the verdict.</summary>
    public SocketError? SocketError { get; init; }

    /// <summary>The platform's own number for <see cref="SocketError"/>: errno or WSA code.</summary>
    public int? NativeErrorCode { get; init; }

    /// <summary>
    /// What the protocol allows at the place that the peer broke, with its unit, in plain words: a limit, an offset, a value. Null unless
    /// it broke a rule or speaks no version of ours.
    /// </summary>
    public string? ProtocolExpected { get; init; }

    /// <summary>What came in place of <see cref="ProtocolExpected"/>. Never contains text of the peer.</summary>
    public string? ProtocolSeen { get; init; }

    /// <summary>The first bytes, at most 16, of a peer that does not speak Liveness.</summary>
    public ReadOnlyMemory<byte>? FirstBytes { get; init; }
}
