namespace Liveness;

/// <summary>
/// Says once of a stream that was made and not started that nothing happens on it. It does not keep the stream alive, and is gone once that
/// is started.
/// </summary>
internal sealed class NeverStarted : IDisposable
{
    private readonly WeakReference<InBandStart> _start;
    private readonly ITimer _timer;

    private NeverStarted(InBandStart start, TimeProvider timeProvider, TimeSpan after)
    {
        _start = new WeakReference<InBandStart>(start);
        _timer = Detached.CreateTimer(timeProvider, static state => ((NeverStarted)state!).Look(), this, after, Timeout.InfiniteTimeSpan);
    }

    /// <param name="start">Of a stream that was made just now.</param>
    /// <param name="timeProvider">Of the stream.</param>
    /// <param name="after">How long it may wait.</param>
    public static NeverStarted Watch(InBandStart start, TimeProvider timeProvider, TimeSpan after)
    {
        // A timer holds the context of whoever makes it, which may be a request's.
        AsyncFlowControl? flow = ExecutionContext.IsFlowSuppressed() ? null : ExecutionContext.SuppressFlow();
        try
        {
            return new NeverStarted(start, timeProvider, after);
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
        if (_start.TryGetTarget(out InBandStart? start))
        {
            start.LogIfNeverStarted();
        }
    }
}
