namespace Liveness;

/// <summary>
/// What the listeners are told of one connection, in order: by one thread at a time, which is whoever comes first. It takes along what
/// others note meanwhile.
/// </summary>
/// <remarks>Without a lock: a listener is code of others, and may set the id of the connection that it is told of.</remarks>
internal sealed class ConnectionStory(LivenessConnection connection, ConnectionListeners listeners) : ObservedOwnId
{
    private const int IsAttached = 1;
    private const int IsIdentified = 2;
    private const int HasEnded = 4;
    private const int IsRunning = 8;

    /// <summary>
    /// Interlocked: what is to be told, and whether a thread is at it. An id may change before <see cref="Attach"/>, and is told behind it.
    /// </summary>
    private int _notes = IsAttached;

    /// <summary>Written before the end is noted.</summary>
    private ConnectionLoss? _loss;

    /// <summary>Only the thread that is at it: nothing follows the end.</summary>
    private bool _isOver;

    public void Attach() => Note(0);

    public void End(ConnectionLoss? loss)
    {
        _loss = loss;
        Note(HasEnded);
    }

    protected override void OnChanged() => Note(IsIdentified);

    private void Note(int note)
    {
        if ((Interlocked.Or(ref _notes, note | IsRunning) & IsRunning) == 0)
        {
            TellAll();
        }
    }

    private void TellAll()
    {
        while (true)
        {
            int notes = Volatile.Read(ref _notes) & ~IsRunning;
            if (notes != 0)
            {
                int next = notes & -notes;
                Interlocked.And(ref _notes, ~next);
                Tell(next);
            }
            else if (Interlocked.CompareExchange(ref _notes, 0, IsRunning) == IsRunning)
            {
                return;
            }
        }
    }

    private void Tell(int note)
    {
        if (_isOver)
        {
            return;
        }

        switch (note)
        {
            case IsAttached:
                listeners.Tell(connection, listener => listener.Attached(connection));
                break;
            case IsIdentified:
                listeners.Tell(connection, listener => listener.Identified(connection));
                break;
            default:
                _isOver = true;
                listeners.Tell(connection, listener => listener.Ended(connection, _loss));
                break;
        }
    }
}
