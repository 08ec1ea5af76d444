using Liveness.Diagnostics;

namespace Liveness.Kernel;

/// <summary>A connection that no kernel tells of (a pipe, a Unix socket, a system without TCP_INFO): it has the same handle as the others,
/// and ends when it is closed here.</summary>
internal sealed class UnwatchedConnection : IMonitoredConnection, IAsyncDisposable
{
    private readonly string? _remote;

    public UnwatchedConnection(SocketWatcherOptions options, string? remote)
    {
        LivenessScheduler scheduler = LivenessScheduler.For(options.TimeProvider);
        _remote = remote;
        WorkQueue = scheduler.WorkQueue;
        Clock = scheduler.TimeProvider;
        ConnectionMetrics metrics = ConnectionMetrics.For(options.MeterFactory, options.Name, ConnectionMode.KernelOnly, Clock);
        Monitor = new ConnectionMonitor(this, scheduler.Guard(options.Logger), metrics);
        Monitor.Update(LivenessState.Alive, ConnectionConditions.None);
    }

    public ConnectionMonitor Monitor { get; }

    public WorkQueue WorkQueue { get; }

    public TimeProvider Clock { get; }

    public bool CanProbe => false;

    public string? Remote => _remote;

    public ConnectionSnapshot GetSnapshot() => new() { State = Monitor.State, Conditions = Monitor.Conditions };

    public ValueTask<TimeSpan> ProbeAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask DisposeAsync()
    {
        bool isInsideHandler = Monitor.IsInsideHandler;
        Monitor.TryClose(null);
        return Monitor.DrainAsync(isInsideHandler, MonitorDefaults.HandlerPatience, Clock);
    }
}
