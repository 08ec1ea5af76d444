using Liveness.Diagnostics;

namespace Liveness;

/// <summary>
/// What follows an end: our own duties at once, then, each by itself, the listeners of metrics, the callbacks of both tokens, and the
/// handlers.
/// </summary>
/// <remarks>Each is a call of its own, so that none that blocks keeps another from being called.</remarks>
internal sealed class EndWork : IThreadPoolWorkItem
{
    private static readonly TimeSpan s_firstSteps = TimeSpan.FromMilliseconds(20);

    private readonly EventDispatcher _dispatcher;
    private readonly ConnectionLog _log;
    private readonly ConnectionEndedEventArgs _end;
    private readonly ConnectionMetrics? _metrics;
    private readonly ConnectionLife _life;
    private readonly ConnectionLabel _label;
    private WorkQueue? _queue;
    private CancellationTokenSource? _lostSource;
    private CancellationTokenSource? _endedSource;
    private int _step;
    private volatile bool _isMeasured;

    public EndWork(
        EventDispatcher dispatcher,
        ConnectionLog log,
        ConnectionEndedEventArgs end,
        ConnectionMetrics? metrics,
        ConnectionLife life,
        ConnectionLabel label)
    {
        _dispatcher = dispatcher;
        _log = log;
        _end = end;
        _metrics = metrics;
        _life = life;
        _label = label;
    }

    /// <summary>Returns at once, and calls no code of others.</summary>
    /// <param name="queue">Where it is called.</param>
    /// <param name="lostSource">Null = nobody has asked for the token, and it is as it has to be.</param>
    /// <param name="endedSource">As <paramref name="lostSource"/>.</param>
    public void Begin(WorkQueue queue, CancellationTokenSource? lostSource, CancellationTokenSource? endedSource)
    {
        LogEnd();
        (_queue, _lostSource, _endedSource) = (queue, lostSource, endedSource);
        BeginNext();
    }

    /// <summary>
    /// Handlers find the end measured and the tokens cancelled, but wait for no callback: what comes before has begun, on another thread
    /// perhaps, and its first step takes no time.
    /// </summary>
    void IThreadPoolWorkItem.Execute()
    {
        SpinWait.SpinUntil(FirstStepsAreDone, s_firstSteps);
        _dispatcher.PublishEnd(_end);
    }

    /// <summary>Each call posts the next before it does anything else: so they begin in order, and none waits for another.</summary>
    private void BeginNext()
    {
        switch (++_step)
        {
            case 1 when _metrics is not null:
                _dispatcher.Call(Measure, "A listener of metrics");
                break;
            case <= 2 when _lostSource is not null:
                _step = 2;
                _dispatcher.Call(CancelLost, nameof(ConnectionMonitor.LostToken));
                break;
            case <= 3 when _endedSource is not null:
                _step = 3;
                _dispatcher.Call(CancelEnded, nameof(ConnectionMonitor.EndedToken));
                break;
            default:
                _queue!.PostForeign(ForeignLane.Handlers, this);
                break;
        }
    }

    private bool FirstStepsAreDone() =>
        (_isMeasured || _metrics is null) && _lostSource is not { IsCancellationRequested: false }
            && _endedSource is not { IsCancellationRequested: false };

    private void Measure()
    {
        BeginNext();
        _metrics!.End(_life, _end.Loss, _label);
        _isMeasured = true;
    }

    private void CancelLost()
    {
        BeginNext();
        _lostSource!.Cancel();
    }

    private void CancelEnded()
    {
        BeginNext();
        _endedSource!.Cancel();
    }

    private void LogEnd()
    {
        if (_end.Loss is { } loss)
        {
            _log.Lost(loss, _label);
        }
    }
}
