using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Liveness;

/// <summary>A data connection that a side channel watches. Its socket stays yours, and no byte of it is touched.</summary>
/// <remarks>
/// Dispose it when you close the socket, or leave that to the watching: it notices a closed socket within a quarter of the bound.
/// </remarks>
public sealed class WatchedConnection : IAsyncDisposable, IMonitoredConnection
{
    private readonly WatchSet _set;

    internal WatchedConnection(WatchSet set, Socket? socket, ulong id, ulong nonce, WorkQueue queue, ILogger logger, ConnectionMetrics? metrics)
    {
        _set = set;
        Socket = socket;
        Id = id;
        Nonce = nonce;
        Monitor = new ConnectionMonitor(this, queue, logger, metrics);
    }

    /// <summary>
    /// The passive handle to the connection's state, its one terminal event and its measurements. It can't probe: ask the side channel's
    /// own monitor.
    /// </summary>
    public ConnectionMonitor Monitor { get; }

    /// <summary>The socket that is watched; null where it is watched by a key alone.</summary>
    public Socket? Socket { get; }

    internal ulong Id { get; set; }

    internal ulong Nonce { get; }

    /// <summary>What follows is guarded by the lock of the set.</summary>
    internal ConnectionTuple Tuple { get; set; }

    internal KeyHash? KeyHash { get; init; }

    internal SideSession? Session { get; set; }

    internal WitnessWatch Witness;

    /// <summary>Of the socket, for the owner of its keepalive.</summary>
    internal SocketIdentity Identity { get; set; }

    internal WitnessAsking Asking { get; set; }

    /// <summary>Its keepalive was turned on for this connection, and is to be released once.</summary>
    internal bool HasClaim { get; set; }

    /// <summary>The kernel has refused to tell what it knows, or told what can't be true: it is not asked again.</summary>
    internal bool IsUnseen { get; set; }

    /// <summary>It has a socket, and the kernel tells of it.</summary>
    internal bool IsSeen => Socket is not null && !IsUnseen;

    internal SideAnswer Answer { get; set; }

    internal bool WasConfirmed { get; set; }

    /// <summary>The peer has judged it lost.</summary>
    internal bool PeerGaveUp { get; set; }

    /// <summary>The peer has closed its socket, as it says: its host is asked whether the connection is.</summary>
    internal bool MustAsk { get; set; }

    /// <summary>It has an answer that waits to be judged.</summary>
    internal bool IsAnswered { get; set; }

    /// <summary>At a client: the newest side connection that was told its watch.</summary>
    internal ISideLink? ToldOver { get; set; }

    /// <summary>Of the session when the newest answer came, and when it was first confirmed.</summary>
    internal int AnswerGeneration { get; set; }

    internal int ConfirmedGeneration { get; set; }

    internal Instant AnsweredAt { get; set; }

    /// <summary>What our kernel had sent when the peer was last asked: only that is missing where the answer does not count it.</summary>
    internal long? SentWhenAsked { get; set; }

    internal Instant AskedAt { get; set; } = Instant.Never;

    /// <summary>When the peer was asked about a reset, which may come from the way.</summary>
    internal Instant ResetAskedAt { get; set; } = Instant.Never;

    internal Instant ClosingSince { get; set; } = Instant.Never;

    internal Instant StalledSince { get; set; } = Instant.Never;

    /// <summary>When its bound ends, where that is before its next turn.</summary>
    internal Instant DueAt { get; set; } = Instant.Never;

    internal ulong PeerBytesReceived { get; set; } = AnswerMessage.Unknown;

    internal ulong PeerBytesSent { get; set; } = AnswerMessage.Unknown;

    /// <summary>Where it stands in the set; -1 = no longer in it.</summary>
    internal int Index { get; set; } = -1;

    bool IMonitoredConnection.CanProbe => false;

    string? IMonitoredConnection.Remote => RemoteName.Text(RemoteName.Of(Socket));

    /// <summary>
    /// Stops watching: the monitor is then closed, unless the connection has ended before. The socket stays open, and its keepalive is put
    /// back.
    /// </summary>
    /// <remarks>
    /// No handler is started after it returns; a handler that is running is waited for, unless it is the caller, for 5 s. Never throws; may
    /// be called more than once, from any thread.
    /// </remarks>
    public ValueTask DisposeAsync()
    {
        bool isInsideHandler = Monitor.IsInsideHandler;
        _set.Stop(this, UnwatchReason.NoLongerWatched);
        Monitor.TryClose(null);
        return Monitor.DrainAsync(isInsideHandler, MonitorDefaults.HandlerPatience, _set.Scheduling.TimeProvider);
    }

    ConnectionSnapshot IMonitoredConnection.GetSnapshot() => _set.Snapshot(this);

    ValueTask<TimeSpan> IMonitoredConnection.ProbeAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
}
