using System.Net.Sockets;
using Liveness.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Liveness.SideChannel;

/// <summary>A data connection that a side channel watches. Its socket stays yours, and no byte of it is touched.</summary>
/// <remarks>
/// Dispose it when you close the socket, or leave that to the watching: it notices a closed socket within a quarter of the bound.
/// </remarks>
public sealed class SideWatch : IAsyncDisposable, IMonitoredConnection
{
    private readonly WatchSet _set;

    internal SideWatch(WatchSet set, Socket? socket, ulong id, KeyHash? keyHash, ILogger logger, ConnectionMetrics? metrics)
    {
        _set = set;
        Socket = socket;
        Monitor = new ConnectionMonitor(this, set.Scheduling.WorkQueue, logger, metrics);
        Entry = new WatchEntry(this, id, keyHash);
    }

    /// <summary>
    /// The passive handle to the connection's state, its one terminal event and its measurements. It can't probe: ask the side channel's
    /// own monitor.
    /// </summary>
    public ConnectionMonitor Monitor { get; }

    /// <summary>The socket that is watched; null where it is watched by a key alone.</summary>
    public Socket? Socket { get; }

    /// <summary>What the set knows of it.</summary>
    internal WatchEntry Entry { get; }

    object IMonitoredConnection.MonitorLock => Entry;

    bool IMonitoredConnection.CanProbe => false;

    TimeProvider IMonitoredConnection.Clock => _set.Scheduling.TimeProvider;

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
