namespace Liveness;

/// <summary>
/// Says once of a stream that was made and not started that nothing happens on it. It does not keep the stream alive, and is gone once that
/// is started.
/// </summary>
internal sealed class NeverStarted : IDisposable
{
    private readonly WeakReference<HeartbeatStream> _stream;
    private readonly ITimer _timer;

    private NeverStarted(HeartbeatStream stream, TimeProvider timeProvider, TimeSpan after)
    {
        _stream = new WeakReference<HeartbeatStream>(stream);
        _timer = Detached.CreateTimer(timeProvider, static state => ((NeverStarted)state!).Look(), this, after, Timeout.InfiniteTimeSpan);
    }

    /// <param name="stream">Made just now.</param>
    /// <returns>Null where nobody would hear of it.</returns>
    public static NeverStarted? Watch(HeartbeatStream stream)
    {
        if (!stream.IsLogged)
        {
            return null;
        }

        // A timer holds the context of whoever makes it, which may be a request's.
        AsyncFlowControl? flow = ExecutionContext.IsFlowSuppressed() ? null : ExecutionContext.SuppressFlow();
        try
        {
            return new NeverStarted(stream, stream.Clock, stream.Plan.HandshakeTimeout);
        }
        finally
        {
            flow?.Undo();
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        _timer.Dispose();
        if (_stream.TryGetTarget(out HeartbeatStream? stream))
        {
            stream.LogIfNeverStarted();
        }
    }
}
