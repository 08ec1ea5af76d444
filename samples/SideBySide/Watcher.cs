using System.Diagnostics;
using CableLab;
using Liveness;
using Liveness.SideChannel;

namespace SideBySide;

/// <summary>Listens to all watched connections of one end: this is how your program does.</summary>
internal sealed class Watcher(int expected, Action<EndEvent> report)
{
    /// <summary>Lines for more would say the same.</summary>
    private const int Told = 3;

    private readonly Lock _lock = new();
    private readonly Dictionary<SideWatch, ConnectionConditions> _conditions = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _ends;
    private int _lost;

    /// <summary>Completes when every connection has ended.</summary>
    public Task Ended => _ended.Task;

    public void Add(SideWatch connection)
    {
        connection.Monitor.StateChanged += (_, e) => Note(connection, e.NewConditions);
        _ = NoteEndAsync(connection);
        Note(connection, connection.Monitor.Conditions);
    }

    /// <summary>All that were lost together.</summary>
    public void OnPeerLost(object? sender, SidePeerLostEventArgs e)
    {
        string what = e.Connections.Count == 1 ? "connection" : "connections in one batch";
        report(EndEvent.Now(EndEventKind.Note, $"PeerLost: {e.Connections.Count} {what}"));
    }

    /// <summary>Completes when all are as wanted.</summary>
    public async Task AllAsync(Func<ConnectionConditions, bool> wanted, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_conditions.Count == expected && _conditions.Values.All(wanted))
                {
                    return;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    private void Note(SideWatch connection, ConnectionConditions conditions)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            _conditions[connection] = conditions;
            (changed, _changed) = (_changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        changed.TrySetResult();
    }

    private void OnLost(SideWatch connection, ConnectionLoss loss)
    {
        long now = Stopwatch.GetTimestamp();
        int number = Interlocked.Increment(ref _lost);
        string more = number == Told && expected > Told ? "\n(and so the others)" : "";
        report(new EndEvent(now, EndEventKind.Lost, number <= Told ? $"LOST {loss}{more}" : "", loss.GetType().Name)
        {
            Diagnosis = loss.Diagnosis,
            Certainty = loss.Certainty,
        });
        connection.Socket?.Dispose();
    }

    private async Task NoteEndAsync(SideWatch connection)
    {
        if (await connection.Monitor.Completion is { } loss)
        {
            OnLost(connection, loss);
        }
        else
        {
            report(EndEvent.Now(EndEventKind.Closed, ""));
        }

        if (Interlocked.Increment(ref _ends) == expected)
        {
            _ended.TrySetResult();
        }
    }
}
