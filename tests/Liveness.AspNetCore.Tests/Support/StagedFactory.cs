namespace Liveness.AspNetCore.Tests;

/// <summary>Shows what the test has put on stage, in front of a real factory where there is one.</summary>
internal sealed class StagedFactory(ILivenessFactory? real = null, TimeProvider? timeProvider = null) : ILivenessFactory
{
    private readonly TimeProvider _timeProvider = timeProvider ?? TimeProvider.System;
    private readonly List<LivenessConnection> _connections = [];
    private readonly LossLedger _losses = new(timeProvider ?? TimeProvider.System);
    private long _lastId = 1000;

    public IReadOnlyCollection<LivenessConnection> Connections => [.. real?.Connections ?? [], .. _connections];

    public IReadOnlyList<RecordedLoss> RecentLosses => [.. _losses.Recorded.Concat(real?.RecentLosses ?? []).OrderByDescending(record => record.DetectedAt)];

    /// <summary>False = as an implementation that does not override <see cref="ILivenessFactory.LossHistory"/>.</summary>
    public bool CountsLosses { get; init; } = true;

    public LossHistory LossHistory => !CountsLosses ? LossHistory.Of(RecentLosses) : real is null ? _losses.History : Joined(_losses.History, real.LossHistory);

    public Task<LivenessConnection> AttachAsync(AttachTarget target, string? name = null, CancellationToken cancellationToken = default) =>
        real?.AttachAsync(target, name, cancellationToken) ?? throw new NotSupportedException("Nothing is opened.");

    public Task<DrainResult> DrainAsync(DrainOptions? options = null, CancellationToken cancellationToken = default) =>
        real?.DrainAsync(options, cancellationToken) ?? throw new NotSupportedException("Nothing is opened.");

    public StagedConnection Add(
        string name,
        string description = "192.0.2.7:5000",
        LivenessState state = LivenessState.Alive,
        ConnectionConditions conditions = ConnectionConditions.None,
        TimeSpan? silence = null,
        LivenessMode mode = LivenessMode.InBand)
    {
        StagedConnection staged = new() { Silence = silence ?? TimeSpan.FromMilliseconds(400) };
        staged.Monitor.Update(state, conditions);
        _connections.Add(Attached(name, mode, description, staged, TimeSpan.FromMinutes(3)));
        return staged;
    }

    public void Remove(StagedConnection staged) => _connections.RemoveAll(connection => connection.Attached == staged);

    public void Lose(string name, ConnectionLoss loss, string description = "192.0.2.7:5000", string? ownId = null, LivenessMode mode = LivenessMode.InBand)
    {
        StagedConnection staged = new();
        staged.Monitor.OwnId = ownId;
        _losses.Add(new RecordedLoss(Attached(name, mode, description, staged, TimeSpan.FromMinutes(5)), loss));
    }

    private static LossHistory Joined(LossHistory one, LossHistory other) => new(
        one.Since,
        one.CountsByDiagnosis.Concat(other.CountsByDiagnosis).GroupBy(pair => pair.Key).ToDictionary(same => same.Key, same => same.Sum(pair => pair.Value)),
        [.. one.Newest.Concat(other.Newest).OrderByDescending(loss => loss.DetectedAt)]);

    private LivenessConnection Attached(string name, LivenessMode mode, string description, StagedConnection staged, TimeSpan age)
    {
        AgedTime then = new(_timeProvider, age);
        LivenessConnection connection = new(++_lastId, name, mode, description, then, staged);
        then.Pass();
        return connection;
    }
}
