using Microsoft.Extensions.Logging.Abstractions;

namespace Liveness.AspNetCore.Tests;

/// <summary>A connection of which the test says how it is doing.</summary>
internal sealed class StagedConnection : AttachedConnection, IMonitoredConnection
{
    public StagedConnection()
    {
        Monitor = new ConnectionMonitor(this, NullLogger.Instance);
    }

    public override Stream Stream => Stream.Null;

    public override ConnectionMonitor Monitor { get; }

    public TimeSpan? Silence { get; set; }

    public TimeSpan? Bound { get; set; } = TimeSpan.FromSeconds(10);

    public TimeSpan? RoundTrip { get; set; } = TimeSpan.FromMilliseconds(1.5);

    /// <summary>In place of <see cref="RoundTrip"/>: another one each time.</summary>
    public Func<TimeSpan>? VaryRoundTrip { get; set; }

    public string? IncidentId { get; set; }

    public BoundAdvice? Advice { get; set; }

    public bool CanProbe => false;

    public ConnectionSnapshot GetSnapshot() => new()
    {
        State = Monitor.State,
        Conditions = Monitor.Conditions,
        Silence = Silence,
        Bound = Bound,
        RoundTrip = VaryRoundTrip?.Invoke() ?? RoundTrip,
        IncidentId = IncidentId,
        Advice = Advice,
    };

    public TimeProvider Clock => TimeProvider.System;

    public WorkQueue WorkQueue => WorkQueue.ThreadPool;

    public ValueTask<TimeSpan> ProbeAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public override ValueTask DetachAsync() => ValueTask.CompletedTask;

    public override Task<CloseResult?> CloseAsync(LastWord? word, CancellationToken cancellationToken) => Task.FromResult<CloseResult?>(null);

    public override ValueTask AbortAsync(string? reason) => ValueTask.CompletedTask;

    protected override void Apply(LivenessSettings settings)
    {
    }

    public override void CutOffNow()
    {
    }
}
