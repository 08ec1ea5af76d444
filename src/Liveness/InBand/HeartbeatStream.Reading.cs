using System.Runtime.CompilerServices;

namespace Liveness;

/// <content>The application's reads.</content>
public sealed partial class HeartbeatStream
{
    private readonly AsyncSignal _readable;
    private bool _isReading;

    /// <summary>Reads what has arrived, or waits for it.</summary>
    /// <param name="buffer">Where to. A zero-byte read waits until there is something to read.</param>
    /// <param name="cancellationToken">Ends the waiting; no byte is lost.</param>
    /// <returns>At least 1; 0 = the peer has completed its writes or closed in good order.</returns>
    /// <exception cref="ConnectionLostException">The connection is lost, and everything received in order has been read.</exception>
    /// <exception cref="InvalidOperationException">Another read is pending.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">This stream was disposed.</exception>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<int>(cancellationToken);
        }

        try
        {
            EnsureStarted();
            ReadStatus status = TryRead(buffer.Span, alreadyReading: false, out int count, out ValueTask wait);
            return status == ReadStatus.Pending ? ReadSlowAsync(buffer, wait, cancellationToken) : ValueTask.FromResult(count);
        }
        catch (Exception exception)
        {
            return ValueTask.FromException<int>(exception);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReadSlowAsync(Memory<byte> buffer, ValueTask wait, CancellationToken cancellationToken)
    {
        CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(static signal => ((AsyncSignal)signal!).Set(), _readable);
        try
        {
            ReadStatus status;
            int count;
            do
            {
                await wait.ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
                status = TryRead(buffer.Span, alreadyReading: true, out count, out wait);
            }
            while (status == ReadStatus.Pending);
            return count;
        }
        finally
        {
            await registration.DisposeAsync().ConfigureAwait(false);
            lock (_gate)
            {
                _isReading = false;
            }
        }
    }

    private ReadStatus TryRead(Span<byte> destination, bool alreadyReading, out int count, out ValueTask wait)
    {
        SessionSignals signals;
        ReadStatus status;
        wait = default;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_isReading && !alreadyReading)
            {
                throw new InvalidOperationException("A read is pending on this stream already; wait for it first. One read and one write may overlap, two reads may not.");
            }

            status = _session.Read(destination, out count, out signals);
            if (status == ReadStatus.Pending)
            {
                _isReading = true;
                wait = _readable.Wait();
            }
        }

        Act(signals);
        return status == ReadStatus.Failed ? throw LostException() : status;
    }
}
