namespace Liveness;

/// <content>The end as the application sees it: the monitor first, then whoever waits.</content>
public sealed partial class HeartbeatStream
{
    private ConnectionLoss? _loss;

    /// <summary>
    /// On the work queue, once: publishes the end; after a loss it also tells a peer that we judged, and cuts the connection off.
    /// </summary>
    private void End()
    {
        PublishEnd();
        if (_loss is not null)
        {
            ForgetWakeup();
            _ = ReleaseOnce();
        }
    }

    /// <summary>By whoever comes first: nobody must see an end that the monitor doesn't know.</summary>
    private void PublishEnd()
    {
        MeasureBeats(SessionSignals.None);
        ConnectionLoss? loss;
        CloseResult result;
        lock (_gate)
        {
            loss = _loss;
            bool isUndecided = _closed is not null && !_closeIsFinal && loss is null;
            if (!_session.HasEnded || isUndecided)
            {
                // Whoever closes publishes how that went.
                return;
            }

            result = new CloseResult(_session.Outcome, (long)_session.Unconfirmed, loss);
        }

        // Whoever hears of the end may wrap what was left open.
        _transport.ReleaseClaim();
        Monitor.NoteClose(result);
        if (loss is null)
        {
            Monitor.TryClose(FailWaiters);
        }
        else
        {
            Monitor.TryLose(loss, FailWaiters);
        }
    }

    /// <summary>Pending operations look again, and find the end.</summary>
    private void FailWaiters()
    {
        WakeReader();
        _writable?.Set();
        FailProbe();
        FailStart();
    }

    private Exception EndAsException()
    {
        lock (_gate)
        {
            return _disposed ? new ObjectDisposedException(nameof(HeartbeatStream))
                : _loss is not null ? new ConnectionLostException(_loss)
                : new InvalidOperationException("The peer has closed the connection in good order.");
        }
    }

    /// <summary>For an operation that has found the end under the lock.</summary>
    private ConnectionLostException LostException()
    {
        PublishEnd();
        return new ConnectionLostException(_loss!);
    }

    /// <summary>For a write that has found the end under the lock.</summary>
    private IOException WriteEndedException() =>
        _loss is not null ? LostException() : new IOException("The peer has closed the connection in good order: it takes no more data.");
}
