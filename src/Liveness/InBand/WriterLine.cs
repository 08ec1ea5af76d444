namespace Liveness;

/// <summary>Those that wait, first come, first served. Anybody may leave it at any time. All of it under the lock of the
/// connection.</summary>
internal sealed class WriterLine
{
    private WaitingWriter? _last;

    /// <summary>Null = nobody waits.</summary>
    public WaitingWriter? First { get; private set; }

    public void Add(WaitingWriter writer)
    {
        writer.Line = this;
        writer.Previous = _last;
        if (_last is null)
        {
            First = writer;
        }
        else
        {
            _last.Next = writer;
        }

        _last = writer;
    }

    public void Remove(WaitingWriter writer)
    {
        if (writer.Previous is { } previous)
        {
            previous.Next = writer.Next;
        }
        else
        {
            First = writer.Next;
        }

        if (writer.Next is { } next)
        {
            next.Previous = writer.Previous;
        }
        else
        {
            _last = writer.Previous;
        }

        (writer.Line, writer.Next, writer.Previous) = (null, null, null);
    }

    /// <summary>Each looks again at what it waits for, on the work queue.</summary>
    public void WakeAll()
    {
        for (WaitingWriter? writer = First; writer is not null; writer = writer.Next)
        {
            writer.Set();
        }
    }
}
