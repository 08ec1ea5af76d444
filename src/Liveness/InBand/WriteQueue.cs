using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Liveness;

/// <summary>The application's writes: each sends itself where it can, is accepted where there is room, or waits for it. One at a time, in
/// the order of their calls, each whole: what comes while one is not through waits for its turn.</summary>
/// <remarks>What a write lends is copied or handed over before it returns, and nothing is copied for one that waits. Most writes are
/// through within one step under the lock: they find nobody before them, and leave nothing that others could get between.</remarks>
internal sealed class WriteQueue
{
    /// <summary>Writes up to this size are worth keeping back.</summary>
    private const int CoalescedWrite = 16 * 1024;

    private readonly InBandConnection _connection;

    /// <summary>Of a writer that waits for room and found nobody before it. Made once, under the lock, before anything can be waited
    /// for.</summary>
    private AsyncSignal? _room;

    /// <summary>What the one that writes now waits by, or last waited by; null = none has waited yet. Set under the lock.</summary>
    private AsyncSignal? _waiting;

    /// <summary>So much room the writer that waited last wanted. Under the lock.</summary>
    private int _roomWanted;

    public WriteQueue(InBandConnection connection)
    {
        _connection = connection;
        Turns = new WriterTurns(connection);
        Flushes = new FlushQueue(connection, this);
    }

    public WriterTurns Turns { get; }

    public FlushQueue Flushes { get; }

    /// <summary>The writer that waits could go on, or a flush looks.</summary>
    public bool HasRoomNeedsLock
    {
        get
        {
            Debug.Assert(Monitor.IsEntered(Gate));
            return Session.Room >= _roomWanted || Flushes.AnyWaits;
        }
    }

    private object Gate => _connection.Gate;

    private InBandSession Session => _connection.Session;

    private bool WriterMaySend => _connection.Transport.IsTrulyAsynchronous;

    /// <summary>The writer that waits looks again, on the work queue.</summary>
    public void Wake()
    {
        Volatile.Read(ref _waiting)?.Set();
        Flushes.Wake();
    }

    /// <summary>As <see cref="Wake"/>, on this thread: under no lock, never on the scheduler's, and last.</summary>
    public void WakeInline()
    {
        Flushes.Wake();
        Volatile.Read(ref _waiting)?.SetInline();
    }

    /// <summary>Something has ended: whoever waits, for whatever, looks again.</summary>
    public void WakeAll()
    {
        Wake();
        Turns.WakeAll();
    }

    /// <inheritdoc cref="HeartbeatStream.WriteAsync(ReadOnlyMemory{byte}, CancellationToken)"/>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        WritePlace place = default;
        try
        {
            _connection.EnsureStarted();
            LentBytes lent = new(buffer);
            if (!TryWrite(ref lent, ref place, blocks: false, out ValueTask wait))
            {
                return WriteSlowAsync(lent, place, wait, cancellationToken);
            }

            Turns.Leave(ref place);
            return ValueTask.CompletedTask;
        }
        catch (Exception exception)
        {
            Turns.Leave(ref place);
            return ValueTask.FromException(exception);
        }
    }

    /// <summary>As <see cref="WriteAsync"/>, on a thread that blocks.</summary>
    /// <returns>False = its time is over.</returns>
    public bool Write(ReadOnlyMemory<byte> buffer, in BlockedThread thread)
    {
        using BlockedThread.Stay stay = thread.Enter();
        WritePlace place = default;
        try
        {
            _connection.EnsureStarted();
            LentBytes lent = new(buffer);
            while (!TryWrite(ref lent, ref place, blocks: true, out ValueTask wait))
            {
                if (!thread.Wait(place.Own ?? _room!, wait))
                {
                    return false;
                }
            }

            return true;
        }
        finally
        {
            Turns.Leave(ref place);
        }
    }

    /// <inheritdoc cref="HeartbeatStream.CompleteWrites"/>
    public void CompleteWrites()
    {
        _connection.EnsureStarted();
        SessionSignals signals = SessionSignals.None;
        bool wasLost;
        lock (Gate)
        {
            ObjectDisposedException.ThrowIf(_connection.IsDisposed, typeof(HeartbeatStream));
            wasLost = Session.Loss is not null;
            if (!Session.HasEnded)
            {
                Turns.HoldEndNeedsLock();
                signals = Session.CompleteWrites();
            }
        }

        if (wasLost)
        {
            throw _connection.End.LostException();
        }

        _connection.Act(signals);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask WriteSlowAsync(LentBytes lent, WritePlace place, ValueTask wait, CancellationToken cancellationToken)
    {
        AsyncSignal signal = place.Own ?? _room!;
        CancellationTokenRegistration registration = signal.SetBy(cancellationToken);
        try
        {
            do
            {
                await signal.OrCancelled(wait, cancellationToken).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
            }
            while (!TryWrite(ref lent, ref place, blocks: false, out wait));
        }
        finally
        {
            // Before the next may use the signal.
            await registration.DisposeAsync().ConfigureAwait(false);
            Turns.Leave(ref place);
        }
    }

    /// <param name="lent">Moved past what was taken.</param>
    /// <param name="place">Its own.</param>
    /// <param name="blocks">It waits by blocking its thread.</param>
    /// <param name="wait">Completes when it is worth another try.</param>
    /// <returns>Whether everything was accepted.</returns>
    private bool TryWrite(ref LentBytes lent, ref WritePlace place, bool blocks, out ValueTask wait)
    {
        WriteStep step;
        do
        {
            SessionSignals signals;
            Output output;
            lock (Gate)
            {
                step = NextStepNeedsLock(ref lent, ref place, blocks, out wait, out output, out signals);
            }

            _connection.Act(signals);
            if (step is WriteStep.Disposed or WriteStep.Completed or WriteStep.Ended)
            {
                throw _connection.End.WriteRefusal(step);
            }

            if (output.Length > 0)
            {
                _connection.Sender.SendOwned(output, ref lent, CallingThread.Worker);

                // Others may wait for what this one has sent, or for the sending.
                Wake();
            }
        }
        while (step == WriteStep.SendsItself && !lent.IsEmpty);
        return step != WriteStep.Waits;
    }

    private WriteStep NextStepNeedsLock(
        ref LentBytes lent, ref WritePlace place, bool blocks, out ValueTask wait, out Output output, out SessionSignals signals)
    {
        Debug.Assert(Monitor.IsEntered(Gate));
        wait = default;
        output = default;
        signals = SessionSignals.None;
        if (EndNeedsLock(place) is { } end)
        {
            return end;
        }

        if (Session.HasEnded)
        {
            Session.TakeInVain(lent.Length);
            lent.Skip(lent.Length);
        }

        if (lent.IsEmpty)
        {
            return WriteStep.Done;
        }

        if (!Turns.TryEnterNeedsLock(ref place))
        {
            wait = place.Own!.Wait(wakesDirectly: blocks);
            return WriteStep.Waits;
        }

        bool isSmall = lent.Length <= CoalescedWrite;
        bool canSend = Session.CanSendLent;
        if (WriterMaySend && canSend && _connection.Sender.TryOwnNeedsLock(isSmall && lent.Length <= Session.Room, out Instant now))
        {
            output = _connection.Sender.TakeOutputNeedsLock(lent.Length, CallingThread.Worker, now, out signals);
            if (output.Lent < lent.Length)
            {
                Turns.TakeNeedsLock(ref place);
            }

            return WriteStep.SendsItself;
        }

        AcceptNeedsLock(ref lent, waitsForTurn: !isSmall && canSend);
        if (lent.IsEmpty)
        {
            return WriteStep.Done;
        }

        Turns.TakeNeedsLock(ref place);
        _roomWanted = !WriterMaySend ? 1 : lent.Length <= InBandSession.OutboundCapacity ? lent.Length : int.MaxValue;
        wait = WaitForRoomNeedsLock(place, blocks);
        return WriteStep.Waits;
    }

    /// <returns>Null = the connection takes it, be it in vain.</returns>
    private WriteStep? EndNeedsLock(in WritePlace place)
    {
        Debug.Assert(Monitor.IsEntered(Gate));
        bool goesBeforeEnd = place.IsTaken && Session.AwaitsWriters && !Session.HasEnded;
        return _connection.IsDisposed && !goesBeforeEnd ? WriteStep.Disposed
            : Session.HasEnded ? (Session.TakesInVain(_connection.Clock.Now) ? null : WriteStep.Ended)
            : Session.WritesAreCompleted && !goesBeforeEnd ? WriteStep.Completed
            : null;
    }

    /// <summary>
    /// Takes the bytes in, to be sent by whoever sends, or on the queue. Where the writer may send itself, all of them or none.
    /// </summary>
    private void AcceptNeedsLock(ref LentBytes lent, bool waitsForTurn)
    {
        Debug.Assert(Monitor.IsEntered(Gate));
        if (WriterMaySend && (waitsForTurn || lent.Length > Session.Room))
        {
            return;
        }

        lent.Skip(Session.Accept(lent.Span));
        _connection.Sender.PostIfIdleNeedsLock();
    }

    private ValueTask WaitForRoomNeedsLock(in WritePlace place, bool blocks)
    {
        Debug.Assert(Monitor.IsEntered(Gate));
        AsyncSignal signal = place.Own ?? (_room ??= new AsyncSignal(_connection.WorkQueue));
        Volatile.Write(ref _waiting, signal);
        return signal.Wait(wakesDirectly: blocks);
    }
}
