namespace Liveness.Benchmarks;

/// <summary>Two outboxes in turn: what is sent while one is delivered arrives with the next step.</summary>
internal sealed class Wire(int frames)
{
    private Outbox _delivered = new(frames);

    public Outbox Outbox { get; private set; } = new(frames);

    /// <summary>What was sent so far becomes what is delivered next.</summary>
    /// <returns>How many parcels that are.</returns>
    public int Swap()
    {
        _delivered.Clear();
        (Outbox, _delivered) = (_delivered, Outbox);
        return _delivered.Count;
    }

    public void DeliverAll() => _delivered.DeliverAll();
}
