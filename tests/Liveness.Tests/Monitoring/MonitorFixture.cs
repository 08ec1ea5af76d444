namespace Liveness.Tests;

/// <summary>A monitor on a queue that runs by hand, and what its handlers saw.</summary>
internal sealed class MonitorFixture
{
    public static readonly TimeSpan SafetyNet = TimeSpan.FromSeconds(10);

    public MonitorFixture()
    {
        Connection = new FakeConnection(Queue);
        Monitor = new ConnectionMonitor(Connection, Logger);
    }

    public ManualWorkQueue Queue { get; } = new();

    public RecordingLogger Logger { get; } = new();

    public FakeConnection Connection { get; }

    public ConnectionMonitor Monitor { get; }

    /// <summary>Events in the order of their delivery.</summary>
    public List<string> Seen { get; } = [];

    public static ConnectionLoss NewLoss(LossKind kind = LossKind.ConnectionReset)
    {
        return LossFactory.Create(Observations.Of(kind, new LossEvidence { IncidentId = "cafe" }), DateTimeOffset.UnixEpoch);
    }

    public MonitorFixture Record()
    {
        Monitor.StateChanged += (_, e) => Seen.Add(e.OldConditions == e.NewConditions
            ? $"{e.OldState}>{e.NewState}"
            : $"{e.OldState}>{e.NewState} {e.OldConditions}>{e.NewConditions}");
        Monitor.ConnectionLost += (_, e) => Seen.Add($"lost:{e.Loss.ErrorType}");
        return this;
    }

    public void Update(LivenessState state, ConnectionConditions conditions = ConnectionConditions.None) => Monitor.Update(state, conditions);

    public Task Drain() => Monitor.DrainAsync().AsTask();
}
