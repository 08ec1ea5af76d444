namespace Liveness.AspNetCore.Tests;

/// <summary>Shows what the test has put on stage, in front of a real factory where there is one.</summary>
internal sealed class StagedFactory(ILivenessFactory? real = null) : ILivenessFactory
{
    private readonly List<LivenessConnection> _connections = [];
    private readonly List<LivenessLossRecord> _losses = [];
    private long _lastId = 1000;

    public IReadOnlyCollection<LivenessConnection> Connections => [.. real?.Connections ?? [], .. _connections];

    public IReadOnlyList<LivenessLossRecord> RecentLosses => [.. _losses.Concat(real?.RecentLosses ?? []).OrderByDescending(record => record.Loss.DetectedAt)];

    public Task<LivenessConnection> AttachAsync(LivenessTarget target, string? name = null, CancellationToken cancellationToken = default) =>
        real?.AttachAsync(target, name, cancellationToken) ?? throw new NotSupportedException("Nothing is opened.");

    public StagedConnection Add(
        string name,
        string description = "192.0.2.7:5000",
        ConnectionState state = ConnectionState.Alive,
        ConnectionConditions conditions = ConnectionConditions.None,
        TimeSpan? silence = null,
        LivenessMode mode = LivenessMode.InBand,
        DateTimeOffset? attachedAt = null)
    {
        StagedConnection staged = new() { Silence = silence ?? TimeSpan.FromMilliseconds(400) };
        staged.Monitor.Update(state, conditions);
        _connections.Add(new LivenessConnection(++_lastId, name, mode, description, attachedAt ?? TimeProvider.System.GetUtcNow().AddMinutes(-3), staged));
        return staged;
    }

    public void Remove(StagedConnection staged) => _connections.RemoveAll(connection => connection.Parts == staged);

    public void Lose(string name, ConnectionLoss loss, string description = "192.0.2.7:5000") =>
        _losses.Add(new LivenessLossRecord(new LivenessConnection(++_lastId, name, LivenessMode.InBand, description, loss.DetectedAt.AddMinutes(-5), new StagedConnection()), loss));
}
