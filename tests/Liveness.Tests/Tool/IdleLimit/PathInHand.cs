using System.Collections.Concurrent;
using Liveness.Tool.IdleLimit;

namespace Liveness.Tests.Tool.IdleLimit;

/// <summary>Connections that end when the test says so.</summary>
internal sealed class PathInHand : IIdlePath
{
    private readonly ConcurrentDictionary<int, (TimeSpan Idle, TaskCompletionSource<Trial> Connection)> _open = [];
    private readonly ConcurrentDictionary<int, TaskCompletionSource> _opened = [];
    private int _count;

    public IEnumerable<TimeSpan> Open => _open.Values.Select(one => one.Idle).Order();

    public ConcurrentQueue<TimeSpan> GivenUp { get; } = [];

    /// <summary>When so many have been opened since the beginning.</summary>
    public Task OpensAsync(int count) => Opened(count).Task;

    public void End(Trial trial)
    {
        (int id, (_, TaskCompletionSource<Trial> connection)) = _open.First(one => one.Value.Idle == trial.Idle);
        _open.TryRemove(id, out _);
        connection.SetResult(trial);
    }

    public async Task<Trial> TryAsync(TimeSpan idle, CancellationToken cancellationToken)
    {
        TaskCompletionSource<Trial> connection = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int id = Interlocked.Increment(ref _count);
        _open[id] = (idle, connection);
        Opened(id).TrySetResult();
        using CancellationTokenRegistration stopping = cancellationToken.Register(() =>
        {
            if (_open.TryRemove(id, out _))
            {
                GivenUp.Enqueue(idle);
                connection.SetCanceled(cancellationToken);
            }
        });
        return await connection.Task;
    }

    private TaskCompletionSource Opened(int count) =>
        _opened.GetOrAdd(count, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}
