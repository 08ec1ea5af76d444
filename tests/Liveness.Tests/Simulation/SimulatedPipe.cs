using Liveness.Testing;

namespace Liveness.Tests.Simulation;

/// <summary>One direction of the link, and when each of its bytes was handed over.</summary>
internal sealed class SimulatedPipe
{
    private readonly LinkDirection _link;
    private readonly Queue<(long End, Instant At)> _undelivered = new();

    public SimulatedPipe(int seed) => _link = new LinkDirection(Conditions, seed);

    public LinkConditions Conditions { get; } = new();

    public bool IsCut => Conditions.IsCut;

    public int Readable => _link.Readable;

    public bool HasEnded => _link.IsEnded || _link.IsReset;

    /// <summary>An RST has come in: whoever receives from this pipe must not write into the other any more.</summary>
    public bool RefusesWrites => _link.IsReset || _link.IsRefused;

    public bool IsReset => _link.IsReset;

    public int FreeSpace => _link.FreeSpace;

    /// <summary>What the sender's kernel would call acknowledged.</summary>
    public long Acknowledged => IsCut && Conditions.CutAcknowledges ? _link.AcceptedBytes : _link.DeliveredBytes;

    public long Accepted => _link.AcceptedBytes;

    public int Accept(ReadOnlySpan<byte> bytes, Instant now)
    {
        int count = _link.Accept(bytes, now);
        if (count > 0)
        {
            _undelivered.Enqueue((_link.AcceptedBytes, now));
            Forget();
        }

        return count;
    }

    public int Deliver(Span<byte> destination, Instant now) => _link.Deliver(destination, now);

    /// <summary>For how long the oldest byte that has not arrived is under way; zero = all have arrived.</summary>
    public TimeSpan Lateness(Instant now)
    {
        Forget();
        return _undelivered.TryPeek(out (long End, Instant At) oldest) ? now - oldest.At : TimeSpan.Zero;
    }

    public Instant NextEvent(Instant now) => _link.NextEvent(now);

    public void Complete(Instant now) => _link.Complete(now);

    public void Reset(Instant now) => _link.Reset(now);

    public void CloseReceiver(Instant now) => _link.CloseReceiver(now);

    public bool TakeRefusal() => _link.TakeRefusal();

    private void Forget()
    {
        while (_undelivered.TryPeek(out (long End, Instant At) oldest) && oldest.End <= _link.DeliveredBytes)
        {
            _undelivered.Dequeue();
        }
    }
}
