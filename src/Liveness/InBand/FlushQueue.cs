using System.Diagnostics;

namespace Liveness;

/// <summary>The application's flushes: each waits for its turn among the writes, and then, holding up none of those behind it, until what
/// was accepted by then is handed over.</summary>
internal sealed class FlushQueue(InBandConnection connection, WriteQueue writes)
{
    /// <summary>Those that have had their turn. Under the lock.</summary>
    private readonly WriterLine _line = new();

    private object Gate => connection.Gate;

    private InBandSession Session => connection.Session;

    /// <summary>Without the lock only a hint: whoever changes what a flush waits for takes the lock before it looks.</summary>
    public bool AnyWaits => _line.First is not null;

    /// <summary>Those whose bytes are handed over, or never will be, look again, on the work queue.</summary>
    public void Wake()
    {
        if (!AnyWaits)
        {
            return;
        }

        lock (Gate)
        {
            for (WaitingWriter? flush = _line.First; flush is not null; flush = flush.Next)
            {
                if (Session.HasEnded || IsHandedOverNeedsLock(flush))
                {
                    flush.Set();
                }
            }
        }
    }

    /// <inheritdoc cref="HeartbeatStream.FlushAsync"/>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        connection.Sender.Pump(CallingThread.Worker);
        WritePlace place = default;
        if (TryFlush(ref place, blocks: false, out ValueTask wait))
        {
            return;
        }

        WaitingWriter signal = place.Own!;
        CancellationTokenRegistration registration = signal.SetBy(cancellationToken);
        try
        {
            do
            {
                await signal.OrCancelled(wait, cancellationToken).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
            }
            while (!TryFlush(ref place, blocks: false, out wait));
        }
        finally
        {
            await registration.DisposeAsync().ConfigureAwait(false);
            Leave(ref place);
        }
    }

    /// <summary>As <see cref="FlushAsync"/>, on a thread that blocks.</summary>
    /// <returns>False = its time is over.</returns>
    public bool Flush(in BlockedThread thread)
    {
        using BlockedThread.Stay stay = thread.Enter();
        connection.Sender.Pump(CallingThread.Worker);
        WritePlace place = default;
        try
        {
            while (!TryFlush(ref place, blocks: true, out ValueTask wait))
            {
                if (!thread.Wait(place.Own!, wait))
                {
                    return false;
                }
            }

            return true;
        }
        finally
        {
            Leave(ref place);
        }
    }

    private bool TryFlush(ref WritePlace place, bool blocks, out ValueTask wait)
    {
        WriteStep step;
        SessionSignals signals;
        lock (Gate)
        {
            step = NextStepNeedsLock(ref place, blocks, out wait, out signals);
        }

        connection.Act(signals);
        return step is WriteStep.Done or WriteStep.Waits ? step == WriteStep.Done : throw connection.End.WriteRefusal(step);
    }

    private WriteStep NextStepNeedsLock(ref WritePlace place, bool blocks, out ValueTask wait, out SessionSignals signals)
    {
        Debug.Assert(Monitor.IsEntered(Gate));
        wait = default;
        signals = SessionSignals.None;
        if (place is { Own: { } flush, IsTaken: false } && IsHandedOverNeedsLock(flush))
        {
            // Also where the connection has ended meanwhile: it is woken later than it was done.
            return WriteStep.Done;
        }

        if (connection.IsDisposed && (Session.HasEnded || place.Own is null))
        {
            return WriteStep.Disposed;
        }

        if (Session.HasEnded)
        {
            return Session.TakesInVain(connection.Clock.Now) ? WriteStep.Done : WriteStep.Ended;
        }

        bool hadItsTurn = place is { Own: not null, IsTaken: false };
        bool isDone = !hadItsTurn && writes.Turns.TryEnterNeedsLock(ref place) && BeginNeedsLock(ref place, out signals);
        wait = isDone ? default : place.Own!.Wait(wakesDirectly: blocks);
        return isDone ? WriteStep.Done : WriteStep.Waits;
    }

    /// <summary>Its turn has come, and it passes it on at once.</summary>
    /// <returns>Whether there is nothing to wait for.</returns>
    private bool BeginNeedsLock(ref WritePlace place, out SessionSignals signals)
    {
        Debug.Assert(Monitor.IsEntered(Gate));
        ulong upTo = Session.Counts.Sent + (ulong)Session.Unsent;
        signals = place.IsTaken ? writes.Turns.LeaveNeedsLock(ref place) : SessionSignals.None;
        if (connection.Sender.HandedOverNeedsLock >= upTo)
        {
            return true;
        }

        place.Own ??= new WaitingWriter(connection.WorkQueue);
        place.Own.FlushedUpTo = upTo;
        _line.Add(place.Own);

        // Whoever has sent meanwhile may have kept a tail back, because nobody waited for it yet.
        signals |= SessionSignals.Output;
        return false;
    }

    private bool IsHandedOverNeedsLock(WaitingWriter flush)
    {
        Debug.Assert(Monitor.IsEntered(Gate));
        return connection.Sender.HandedOverNeedsLock >= flush.FlushedUpTo;
    }

    private void Leave(ref WritePlace place)
    {
        SessionSignals signals = SessionSignals.None;
        lock (Gate)
        {
            if (place.IsTaken)
            {
                signals = writes.Turns.LeaveNeedsLock(ref place);
            }
            else if (place.Own is { Line: not null } flush)
            {
                _line.Remove(flush);
            }
        }

        connection.Act(signals);
    }
}
