using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Liveness;

/// <summary>The application's writes: each sends itself where it can, is accepted where there is room, or waits for it.</summary>
/// <remarks>One writer at a time. What it lends is copied or handed over before the write returns.</remarks>
internal sealed class WriteQueue(InBandConnection connection)
{
    /// <summary>Writes up to this size are worth keeping back.</summary>
    private const int CoalescedWrite = 16 * 1024;

    /// <summary>Of the writer that waits. Made once, under the lock, before anything can be waited for.</summary>
    private AsyncSignal? _room;

    /// <summary>So much room the writer that waited last wanted. Under the lock.</summary>
    private int _roomWanted;

    /// <summary>A write or flush waits. Under the lock.</summary>
    private bool _isWriting;

    private Lock Gate => connection.Gate;

    private InBandSession Session => connection.Session;

    private bool WriterMaySend => connection.Transport.IsTrulyAsynchronous;

    /// <summary>The writer that waits could go on.</summary>
    public bool HasRoomNeedsLock
    {
        get
        {
            Debug.Assert(Gate.IsHeldByCurrentThread);
            return Session.Room >= _roomWanted;
        }
    }

    /// <summary>The writer that waits looks again, on the work queue.</summary>
    public void Wake() => _room?.Set();

    /// <summary>As <see cref="Wake"/>, on this thread: under no lock, never on the scheduler's, and last.</summary>
    public void WakeInline() => _room?.SetInline();

    /// <inheritdoc cref="HeartbeatStream.WriteAsync(ReadOnlyMemory{byte}, CancellationToken)"/>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        try
        {
            connection.EnsureStarted();
            LentBytes lent = new(buffer);
            bool done = TryWrite(ref lent, alreadyWriting: false, out ValueTask wait);
            return done ? ValueTask.CompletedTask : WriteSlowAsync(lent, wait, cancellationToken);
        }
        catch (Exception exception)
        {
            return ValueTask.FromException(exception);
        }
    }

    /// <inheritdoc cref="HeartbeatStream.FlushAsync"/>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        connection.Sender.Pump(CallingThread.Worker);
        ulong? target = null;
        if (TryFlush(ref target, alreadyWriting: false, out ValueTask wait))
        {
            return;
        }

        CancellationTokenRegistration registration = WakeOn(cancellationToken);
        try
        {
            do
            {
                await RoomOrCancellation(wait, cancellationToken).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
            }
            while (!TryFlush(ref target, alreadyWriting: true, out wait));
        }
        finally
        {
            await WriterIsDoneAsync(registration).ConfigureAwait(false);
        }
    }

    /// <inheritdoc cref="HeartbeatStream.CompleteWrites"/>
    public void CompleteWrites()
    {
        connection.EnsureStarted();
        SessionSignals signals = SessionSignals.None;
        bool wasLost;
        lock (Gate)
        {
            CheckWriterNeedsLock(alreadyWriting: false);
            wasLost = Session.Loss is not null;
            if (!Session.HasEnded)
            {
                signals = Session.CompleteWrites();
            }
        }

        if (wasLost)
        {
            throw connection.End.LostException();
        }

        connection.Act(signals);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask WriteSlowAsync(LentBytes lent, ValueTask wait, CancellationToken cancellationToken)
    {
        CancellationTokenRegistration registration = WakeOn(cancellationToken);
        try
        {
            do
            {
                await RoomOrCancellation(wait, cancellationToken).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
            }
            while (!TryWrite(ref lent, alreadyWriting: true, out wait));
        }
        finally
        {
            await WriterIsDoneAsync(registration).ConfigureAwait(false);
        }
    }

    private CancellationTokenRegistration WakeOn(CancellationToken cancellationToken) =>
        cancellationToken.UnsafeRegister(static signal => ((AsyncSignal)signal!).Set(), _room);

    /// <summary>
    /// A cancellation that came while the writer was at work woke nobody: it is looked for once more when the writer waits.
    /// </summary>
    private ValueTask RoomOrCancellation(ValueTask wait, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            Wake();
        }

        return wait;
    }

    private async ValueTask WriterIsDoneAsync(CancellationTokenRegistration registration)
    {
        await registration.DisposeAsync().ConfigureAwait(false);
        lock (Gate)
        {
            _isWriting = false;
        }
    }

    /// <returns>Whether everything was accepted; otherwise <paramref name="wait"/> completes when it is worth another try.</returns>
    private bool TryWrite(ref LentBytes lent, bool alreadyWriting, out ValueTask wait)
    {
        WriteStep step;
        do
        {
            SessionSignals signals;
            Output output;
            lock (Gate)
            {
                CheckWriterNeedsLock(alreadyWriting);
                step = NextStepNeedsLock(ref lent, out wait, out output, out signals);
            }

            connection.Act(signals);
            if (step == WriteStep.Ended)
            {
                throw connection.End.WriteEndedException();
            }

            if (output.Length > 0)
            {
                connection.Sender.SendOwned(output, ref lent, CallingThread.Worker);
            }
        }
        while (step == WriteStep.SendsItself && !lent.IsEmpty);
        return step != WriteStep.Waits;
    }

    private WriteStep NextStepNeedsLock(ref LentBytes lent, out ValueTask wait, out Output output, out SessionSignals signals)
    {
        Debug.Assert(Gate.IsHeldByCurrentThread);
        wait = default;
        output = default;
        signals = SessionSignals.None;
        if (Session.HasEnded && !Session.TakesInVain(connection.Clock.Now))
        {
            return WriteStep.Ended;
        }

        if (Session.WritesAreCompleted)
        {
            throw new InvalidOperationException("CompleteWrites was called: nothing may be written after it.");
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

        bool isSmall = lent.Length <= CoalescedWrite;
        bool canSend = Session.CanSendLent;
        if (WriterMaySend && canSend && connection.Sender.TryOwnNeedsLock(isSmall && lent.Length <= Session.Room, out Instant now))
        {
            output = connection.Sender.TakeOutputNeedsLock(lent.Length, CallingThread.Worker, now, out signals);
            return WriteStep.SendsItself;
        }

        AcceptNeedsLock(ref lent, waitsForTurn: !isSmall && canSend);
        if (lent.IsEmpty)
        {
            return WriteStep.Done;
        }

        _isWriting = true;
        _roomWanted = !WriterMaySend ? 1 : lent.Length <= InBandSession.OutboundCapacity ? lent.Length : int.MaxValue;
        wait = WaitForRoomNeedsLock();
        return WriteStep.Waits;
    }

    /// <summary>
    /// Takes the bytes in, to be sent by whoever sends, or on the queue. Where the writer may send itself, all of them or none.
    /// </summary>
    private void AcceptNeedsLock(ref LentBytes lent, bool waitsForTurn)
    {
        Debug.Assert(Gate.IsHeldByCurrentThread);
        if (WriterMaySend && (waitsForTurn || lent.Length > Session.Room))
        {
            return;
        }

        lent.Skip(Session.Accept(lent.Span));
        connection.Sender.PostIfIdleNeedsLock();
    }

    private ValueTask WaitForRoomNeedsLock()
    {
        Debug.Assert(Gate.IsHeldByCurrentThread);
        _room ??= new AsyncSignal(connection.WorkQueue);
        return _room.Wait();
    }

    private bool TryFlush(ref ulong? target, bool alreadyWriting, out ValueTask wait)
    {
        wait = default;
        lock (Gate)
        {
            CheckWriterNeedsLock(alreadyWriting);
            if (Session.TakesInVain(connection.Clock.Now))
            {
                return true;
            }

            if (!Session.HasEnded)
            {
                target ??= Session.Counts.Sent + (ulong)Session.Unsent;
                if (connection.Sender.HandedOverNeedsLock >= target)
                {
                    return true;
                }

                _isWriting = true;
                _roomWanted = 0;
                wait = WaitForRoomNeedsLock();
                return false;
            }
        }

        throw connection.End.WriteEndedException();
    }

    private void CheckWriterNeedsLock(bool alreadyWriting)
    {
        Debug.Assert(Gate.IsHeldByCurrentThread);
        ObjectDisposedException.ThrowIf(connection.IsDisposed, typeof(HeartbeatStream));
        if (_isWriting && !alreadyWriting)
        {
            throw new InvalidOperationException(
                "A write or flush is pending on this stream already; wait for it first. "
                + "One read and one write may overlap, two writes may not.");
        }
    }
}
