namespace Liveness.Tests.Simulation;

/// <summary>What happens to a simulated connection from outside, and when.</summary>
internal sealed class Timeline
{
    private readonly PriorityQueue<Action<Instant>, (Instant At, int Order)> _events = new();
    private int _added;

    public Instant Next => _events.TryPeek(out _, out (Instant At, int Order) first) ? first.At : Instant.Never;

    public void At(Instant when, Action<Instant> action) => _events.Enqueue(action, (when, _added++));

    public void RunDue(Instant now)
    {
        while (Next <= now)
        {
            _events.Dequeue()(now);
        }
    }
}
