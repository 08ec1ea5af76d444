using System.Collections.Concurrent;

namespace Liveness.Ci.Wine;

/// <summary>Runs what is posted on threads that wait for the next and never end.</summary>
internal sealed class KeptThreadContext : SynchronizationContext
{
    private readonly ConcurrentBag<BlockingCollection<Action>> _idle = [];

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (!_idle.TryTake(out BlockingCollection<Action>? thread))
        {
            thread = [];
            new Thread(Run) { IsBackground = true }.UnsafeStart(thread);
        }

        thread.Add(() => d(state));
    }

    private void Run(object? thread)
    {
        SetSynchronizationContext(this);
        foreach (Action posted in ((BlockingCollection<Action>)thread!).GetConsumingEnumerable())
        {
            posted();
            _idle.Add((BlockingCollection<Action>)thread);
        }
    }
}
