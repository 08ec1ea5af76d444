namespace Liveness.Testing;

/// <summary>The fault model: one direction of a link. Pure; time comes in, and must not run backwards.</summary>
internal sealed class LinkDirection
{
    private readonly LinkConditions _conditions;
    private readonly Random _random;

    /// <summary>First what has arrived, then what is on the way.</summary>
    private readonly ByteRing _bytes = new();

    private readonly LinkLine _line = new();

    private LinkSettings _settings;
    private Instant _resumed;
    private int _roomAfterCut;
    private bool _cut;
    private bool _ending;
    private bool _resetting;
    private bool _receiverClosed;
    private bool _refusing;

    public LinkDirection(LinkConditions conditions, int seed)
    {
        _conditions = conditions;
        _random = new Random(seed);
        _settings = conditions.Current;
        _cut = _settings.IsCut;
        _roomAfterCut = _settings.BufferSize;
    }

    /// <summary>Bytes taken from the sender, also those that were swallowed.</summary>
    public long AcceptedBytes { get; private set; }

    /// <summary>Bytes that arrived at the receiver, read or not.</summary>
    public long DeliveredBytes { get; private set; }

    /// <summary>When the newest of them arrived.</summary>
    public Instant? LastDelivered { get; private set; }

    /// <summary>Bytes that have arrived and were not read.</summary>
    public int Readable { get; private set; }

    /// <summary>The FIN has arrived: the end, once <see cref="Readable"/> is 0.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>An RST has arrived, and no FIN before it.</summary>
    public bool IsReset { get; private set; }

    /// <summary>An RST has arrived behind the FIN: the receiver of this direction can read the end, but must not write.</summary>
    public bool IsRefused { get; private set; }

    /// <summary>How many bytes <see cref="Accept"/> would take.</summary>
    public int FreeSpace => (_cut, _settings.CutAcknowledges) switch
    {
        (true, true) => int.MaxValue,
        (true, false) => _roomAfterCut,
        _ => Math.Max(0, _settings.BufferSize - _bytes.Count),
    };

    /// <summary>Takes as many bytes as there is room for.</summary>
    public int Accept(ReadOnlySpan<byte> bytes, Instant now)
    {
        Observe(now);
        int count = Math.Min(bytes.Length, FreeSpace);
        AcceptedBytes += count;
        if (_cut)
        {
            _roomAfterCut -= _settings.CutAcknowledges ? 0 : count;
        }
        else if (_ending)
        {
            _refusing |= count > 0;
        }
        else if (count > 0)
        {
            _bytes.Write(bytes[..count]);
            Send(LinkSegmentKind.Data, count, now, _settings.Delay + (_random.NextDouble() * _settings.Jitter));
        }

        return count;
    }

    /// <summary>Hands out bytes that have arrived.</summary>
    public int Deliver(Span<byte> destination, Instant now)
    {
        Observe(now);
        int count = Math.Min(destination.Length, Readable);
        _bytes.Read(destination[..count]);
        Readable -= count;
        return count;
    }

    /// <summary>When something will arrive next, if the conditions stay as they are.</summary>
    public Instant NextEvent(Instant now)
    {
        Observe(now);
        return _settings.IsStalled ? Instant.Never : _line.NextArrival;
    }

    /// <summary>Sends FIN behind the data. What is accepted afterwards is refused.</summary>
    public void Complete(Instant now)
    {
        Observe(now);
        if (!_cut && !_ending && !_resetting)
        {
            _ending = true;
            Send(LinkSegmentKind.End, 0, now, _settings.Delay);
        }
    }

    /// <summary>Sends RST: bytes that have not left the sender are discarded, those that travel arrive before it.</summary>
    public void Reset(Instant now)
    {
        Observe(now);
        if (!_cut && !_resetting)
        {
            _resetting = true;
            _bytes.DropNewest(_line.DiscardUnsent(now));
            Send(LinkSegmentKind.Reset, 0, now, _settings.Delay);
        }
    }

    /// <summary>The connection is reset at the receiver itself, now, whatever the conditions: nothing can be read any more.</summary>
    public void Break()
    {
        IsReset = true;
        _line.Clear();
        _bytes.DropNewest(_bytes.Count);
        (_resetting, Readable) = (true, 0);
    }

    /// <summary>The receiver closed: what arrives from now on is refused.</summary>
    public void CloseReceiver(Instant now)
    {
        Observe(now);
        _receiverClosed = true;
        _bytes.DropOldest(Readable);
        Readable = 0;
    }

    /// <summary>True once for bytes that arrived where nobody takes them: the receiver answers with RST.</summary>
    public bool TakeRefusal()
    {
        bool refusing = _refusing;
        _refusing = false;
        return refusing;
    }

    /// <summary>Brings the state up to now and takes over changed conditions: call it when they change.</summary>
    public void Observe(Instant now)
    {
        Arrive(now);
        LinkSettings old = _settings;
        if (ReferenceEquals(old, _conditions.Current))
        {
            return;
        }

        _settings = _conditions.Current;
        if (_settings.IsCut && !_cut)
        {
            CutOff();
        }

        if (old.IsStalled && !_settings.IsStalled)
        {
            _resumed = now;
        }

        if (old.BytesPerSecond != _settings.BytesPerSecond)
        {
            _line.ChangeSpeed(now, _settings.BytesPerSecond);
        }

        Arrive(now);
    }

    private void Send(LinkSegmentKind kind, int count, Instant now, TimeSpan travel)
    {
        _line.Send(kind, count, now, travel, _settings.BytesPerSecond);
        Arrive(now);
    }

    private void Arrive(Instant now)
    {
        while (!_settings.IsStalled && _line.TryArrive(now, out LinkArrival arrival))
        {
            if (arrival.Kind == LinkSegmentKind.Data)
            {
                ArriveData(arrival.Count, Instant.Max(arrival.At, _resumed));
            }
            else if (arrival.Kind == LinkSegmentKind.End)
            {
                IsEnded = true;
            }
            else
            {
                (IsRefused, IsReset) = (IsEnded, !IsEnded);
            }
        }
    }

    private void ArriveData(int count, Instant at)
    {
        DeliveredBytes += count;
        LastDelivered = at;
        if (_receiverClosed)
        {
            _bytes.DropOldest(count);
            _refusing = true;
        }
        else
        {
            Readable += count;
        }
    }

    /// <summary>Nothing is acknowledged any more either: the room of this moment is all that is left.</summary>
    private void CutOff()
    {
        _roomAfterCut = FreeSpace;
        _cut = true;
        _bytes.DropNewest(_bytes.Count - Readable);
        _line.Clear();
    }
}
