namespace Liveness;

/// <summary>
/// What a <see cref="ConnectionMonitor"/> asks of the connection behind it. Every member may be called on any thread, and after the end.
/// </summary>
internal interface IMonitoredConnection
{
    bool CanProbe { get; }

    /// <summary>The remote address and port; null = unknown.</summary>
    string? Remote => null;

    /// <summary>What the monitor locks for its own state: an object that lasts as long as the connection, that nobody else locks, and that
    /// users of the library can't get hold of.</summary>
    object MonitorLock => this;

    /// <summary>Where handlers are called. Always the same.</summary>
    WorkQueue WorkQueue { get; }

    /// <summary>By which handlers are waited for; guarded.</summary>
    TimeProvider Clock { get; }

    /// <summary>State and conditions are those of the monitor.</summary>
    ConnectionSnapshot GetSnapshot();

    /// <summary>Called only where <see cref="CanProbe"/>. Fails with <see cref="ConnectionLostException"/> when the connection is lost
    /// meanwhile, and with <see cref="InvalidOperationException"/> when it closes meanwhile.</summary>
    ValueTask<TimeSpan> ProbeAsync(CancellationToken cancellationToken);
}
