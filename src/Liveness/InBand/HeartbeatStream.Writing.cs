namespace Liveness;

/// <content>The application's writes.</content>
public sealed partial class HeartbeatStream
{
    private readonly AsyncSignal _writable;
    private bool _isWriting;

    /// <summary>Accepts the bytes, waiting for room where the peer's credit is used up.</summary>
    /// <param name="buffer">Copied: it is yours again as soon as this completes, however it completes.</param>
    /// <param name="cancellationToken">Ends the waiting. What was accepted before is sent all the same, so after a cancelled write the peer may have got
    /// a part of <paramref name="buffer"/>.</param>
    /// <exception cref="ConnectionLostException">The connection is lost.</exception>
    /// <exception cref="IOException">The peer has closed the connection in good order.</exception>
    /// <exception cref="InvalidOperationException">Another write or flush is pending, or <see cref="CompleteWrites"/> was called.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">This stream was disposed.</exception>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        EnsureStarted();
        bool done = TryWrite(ref buffer, alreadyWriting: false, out ValueTask wait);
        return done ? ValueTask.CompletedTask : WriteSlowAsync(buffer, wait, cancellationToken);
    }

    /// <summary>Completes when everything written so far has been handed to the transport.</summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="ConnectionLostException">The connection is lost.</exception>
    /// <exception cref="IOException">The peer has closed the connection in good order.</exception>
    /// <exception cref="InvalidOperationException">Another write or flush is pending.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">This stream was disposed.</exception>
    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ulong? target = null;
        if (!TryFlush(ref target, alreadyWriting: false, out ValueTask wait))
        {
            await WaitUntilAsync(stream => stream.TryFlush(ref target, alreadyWriting: true, out wait) ? null : wait, wait, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Half close: the peer reads the end of the stream after what was written so far. Reading goes on.</summary>
    /// <exception cref="ConnectionLostException">The connection is lost.</exception>
    /// <exception cref="ObjectDisposedException">This stream was disposed.</exception>
    public void CompleteWrites()
    {
        EnsureStarted();
        SessionSignals signals;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            signals = _session.HasEnded ? SessionSignals.None : _session.CompleteWrites();
        }

        ThrowIfLost();
        Act(signals);
    }

    private ValueTask WriteSlowAsync(ReadOnlyMemory<byte> buffer, ValueTask wait, CancellationToken cancellationToken) =>
        WaitUntilAsync(stream => stream.TryWrite(ref buffer, alreadyWriting: true, out ValueTask again) ? null : again, wait, cancellationToken);

    /// <summary>Waits, tries, and waits again. One writer at a time: the flag that says so is cleared however it ends.</summary>
    private async ValueTask WaitUntilAsync(Func<HeartbeatStream, ValueTask?> attempt, ValueTask wait, CancellationToken cancellationToken)
    {
        CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(static signal => ((AsyncSignal)signal!).Set(), _writable);
        try
        {
            while (true)
            {
                await wait.ConfigureAwait(false);
                if (attempt(this) is not { } again)
                {
                    return;
                }

                wait = again;
                if (cancellationToken.IsCancellationRequested)
                {
                    _writable.Set();
                    await wait.ConfigureAwait(false);
                    cancellationToken.ThrowIfCancellationRequested();
                }
            }
        }
        finally
        {
            await registration.DisposeAsync().ConfigureAwait(false);
            lock (_gate)
            {
                _isWriting = false;
            }
        }
    }

    /// <returns>Whether everything was accepted; otherwise <paramref name="wait"/> completes when it is worth another try.</returns>
    private bool TryWrite(ref ReadOnlyMemory<byte> buffer, bool alreadyWriting, out ValueTask wait)
    {
        wait = default;
        lock (_gate)
        {
            CheckWriter(alreadyWriting);
            if (_session.WritesAreCompleted && !_session.HasEnded)
            {
                throw new InvalidOperationException("CompleteWrites was called: nothing may be written after it.");
            }

            if (!_session.HasEnded)
            {
                buffer = buffer[_session.Accept(buffer.Span)..];
                if (!buffer.IsEmpty)
                {
                    _isWriting = true;
                    wait = _writable.Wait();
                }
            }
        }

        ThrowIfLost();
        ThrowIfPeerClosed();
        Pump(onSchedulerThread: false);
        return buffer.IsEmpty;
    }

    private bool TryFlush(ref ulong? target, bool alreadyWriting, out ValueTask wait)
    {
        wait = default;
        bool done;
        lock (_gate)
        {
            CheckWriter(alreadyWriting);
            target ??= _session.Counts.Sent + (ulong)_session.Unsent;
            done = _handedOver >= target;
            if (!done && !_session.HasEnded)
            {
                _isWriting = true;
                wait = _writable.Wait();
            }
        }

        if (!done)
        {
            ThrowIfLost();
            ThrowIfPeerClosed();
        }

        return done;
    }

    private void CheckWriter(bool alreadyWriting)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_isWriting && !alreadyWriting)
        {
            throw new InvalidOperationException("A write or flush is pending on this stream already; wait for it first. One read and one write may overlap, two writes may not.");
        }
    }
}
