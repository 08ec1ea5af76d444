using System.Net.Sockets;
using Liveness.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Liveness.SideChannel;

/// <summary>A data connection that a side channel watches. You still own its socket, and its bytes are not touched.</summary>
/// <remarks>
/// Dispose it when you close the socket. Without a dispose, the side channel notices the closed socket within a quarter of the bound.
/// </remarks>
public sealed class SideWatch : IAsyncDisposable, IMonitoredConnection
{
    private readonly WatchSet _set;

    internal SideWatch(WatchSet set, Socket? socket, ulong id, KeyHash? keyHash, ILogger logger, ConnectionMetrics? metrics)
    {
        _set = set;
        Socket = socket;
        Monitor = new ConnectionMonitor(this, logger, metrics);
        Entry = new WatchEntry(this, id, keyHash);
    }

    /// <summary>
    /// The monitor of the connection: its state, its measurements, and the event that tells how it ended. It can't probe.
    /// </summary>
    public ConnectionMonitor Monitor { get; }

    /// <summary>The watched socket; null if the connection is watched by a key alone.</summary>
    public Socket? Socket { get; }

    /// <summary>What the set knows of it.</summary>
    internal WatchEntry Entry { get; }

    object IMonitoredConnection.MonitorLock => Entry;

    bool IMonitoredConnection.CanProbe => false;

    WorkQueue IMonitoredConnection.WorkQueue => _set.Scheduling.WorkQueue;

    TimeProvider IMonitoredConnection.Clock => _set.Scheduling.TimeProvider;

    string? IMonitoredConnection.Remote => RemoteName.Text(RemoteName.Of(Socket));

    /// <summary>
    /// Stops watching, and closes the monitor unless the connection has ended before. The socket stays open, and its keepalive setting is
    /// restored.
    /// </summary>
    /// <remarks>
    /// No handler is started after it returns. A running handler is waited for, unless it is the caller, for at most 5 s. It never throws,
    /// and you can call it more than once, from any thread.
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
