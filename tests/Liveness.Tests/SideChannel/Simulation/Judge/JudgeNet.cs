namespace Liveness.Tests;

/// <summary>Virtual time: what is to happen, in order.</summary>
internal sealed class JudgeNet(int seed)
{
    private readonly PriorityQueue<Action, (long At, long Order)> _events = new();
    private long _order;

    public Random Random { get; } = new(seed);

    public Instant Now { get; private set; } = new(TimeSpan.TicksPerDay);

    public void At(Instant at, Action action) => _events.Enqueue(action, (Math.Max(at.Ticks, Now.Ticks), _order++));

    public void After(TimeSpan delay, Action action) => At(Now + delay, action);

    public void Every(TimeSpan pause, Func<bool> step) => After(pause, () =>
    {
        if (step())
        {
            Every(pause, step);
        }
    });

    public void Run(TimeSpan duration)
    {
        Instant end = Now + duration;
        while (_events.TryPeek(out _, out (long At, long Order) next) && next.At <= end.Ticks)
        {
            Action action = _events.Dequeue();
            Now = new Instant(next.At);
            action();
        }

        Now = end;
    }
}
