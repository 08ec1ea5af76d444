using System.Diagnostics;

namespace Liveness;

/// <summary>The end of a connection: fixed once, and told in one order, the monitor first, then whoever waits, so that nobody sees an end
/// that the monitor does not know.</summary>
internal sealed class InBandEnd(InBandConnection connection)
{
    /// <summary>Set once, under the lock, together with the session's end. Whoever has found that end under the lock, or hears of it from
    /// somebody who has, may read it without: it changes no more.</summary>
    public ConnectionLoss? Loss { get; private set; }

    /// <summary>The session has ended just now.</summary>
    public void FixNeedsLock()
    {
        Debug.Assert(Monitor.IsEntered(connection.Gate));
        if (connection.Session.Loss is { } observation)
        {
            Loss = LossFactory.Create(observation, connection.Clock.TimeProvider.GetUtcNow());
        }
    }

    /// <summary>
    /// In the lane of ends, once: publishes the end; after a loss it also tells a peer that we judged, and cuts the connection off.
    /// </summary>
    public void Carry()
    {
        Publish();
        if (Loss is not null)
        {
            connection.ForgetWakeup();
            _ = connection.Closer().ReleaseOnce();
        }
    }

    /// <summary>By whoever comes first. Does nothing before the end, and while a close has not decided how it went.</summary>
    public void Publish()
    {
        connection.Observer.MeasureBeats(connection, SessionSignals.None);
        ConnectionLoss? loss;
        CloseResult result;
        lock (connection.Gate)
        {
            loss = Loss;
            InBandSession session = connection.Session;
            if (!session.HasEnded || (loss is null && connection.CloseIsUndecidedNeedsLock))
            {
                // Whoever closes publishes how that went.
                return;
            }

            result = new CloseResult(session.Outcome, (long)session.Unconfirmed, loss) { PeerGoingAway = session.PeerGoingAway };
        }

        // Whoever hears of the end may wrap what was left open.
        connection.Transport.ReleaseClaim();
        connection.Monitor.NoteClose(result);
        if (loss is null)
        {
            connection.Monitor.TryClose(FailWaiters);
        }
        else
        {
            connection.Monitor.TryLose(loss, FailWaiters);
        }
    }

    /// <summary>Pending operations look again, and find the end.</summary>
    public void FailWaiters()
    {
        connection.Read.Wake();
        connection.KnownWrites?.WakeAll();
        connection.Observer.FailProbe(connection);
        connection.Start?.Fail();
    }

    /// <summary>For an operation that was pending, or that comes too late.</summary>
    public Exception AsException()
    {
        lock (connection.Gate)
        {
            return AsExceptionNeedsLock();
        }
    }

    public Exception AsExceptionNeedsLock()
    {
        Debug.Assert(Monitor.IsEntered(connection.Gate));
        return connection.IsDisposed ? new ObjectDisposedException(nameof(HeartbeatStream))
            : Loss is not null ? new ConnectionLostException(Loss)
            : new InvalidOperationException("The peer has closed the connection in good order.");
    }

    /// <summary>For an operation that has found a loss under the lock.</summary>
    public ConnectionLostException LostException()
    {
        Publish();
        return new ConnectionLostException(Loss!);
    }

    /// <summary>For a write or flush that has found under the lock why it can't go on.</summary>
    public Exception WriteRefusal(WriteStep step) => step switch
    {
        WriteStep.Disposed => new ObjectDisposedException(typeof(HeartbeatStream).FullName),
        WriteStep.Completed => new InvalidOperationException("CompleteWrites was called: nothing may be written after it."),
        _ when Loss is not null => LostException(),
        _ => new IOException("The peer has closed the connection in good order: it takes no more data."),
    };
}
