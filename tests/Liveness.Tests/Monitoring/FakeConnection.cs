namespace Liveness.Tests;

/// <summary>What stands behind a monitor, for tests of the monitor alone.</summary>
internal sealed class FakeConnection(WorkQueue queue) : IMonitoredConnection
{
    public bool CanProbe { get; set; } = true;

    public WorkQueue WorkQueue => queue;

    public TimeProvider Clock { get; set; } = TimeProvider.System;

    public ConnectionSnapshot Snapshot { get; } = new() { Bound = TimeSpan.FromSeconds(3) };

    public ConnectionSnapshot GetSnapshot() => Snapshot;

    public ValueTask<TimeSpan> ProbeAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(TimeSpan.FromMilliseconds(7));
    }
}
