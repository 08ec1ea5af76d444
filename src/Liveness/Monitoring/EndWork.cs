using Microsoft.Extensions.Logging;

namespace Liveness;

/// <summary>What follows an end on the work queue: the metrics, tokens, handlers, then the log.</summary>
/// <remarks>A work item of its own, so that a handler of an earlier state change that blocks delays neither token.</remarks>
internal sealed class EndWork : IThreadPoolWorkItem
{
    private readonly EventDispatcher _dispatcher;
    private readonly CancellationTokenSource _lostSource;
    private readonly CancellationTokenSource _endedSource;
    private readonly ILogger _logger;
    private readonly ConnectionLoss? _loss;
    private readonly ConnectionMetrics? _metrics;
    private readonly ConnectionLife _life;

    public EndWork(
        EventDispatcher dispatcher,
        CancellationTokenSource lostSource,
        CancellationTokenSource endedSource,
        ILogger logger,
        ConnectionLoss? loss,
        ConnectionMetrics? metrics,
        ConnectionLife life)
    {
        _dispatcher = dispatcher;
        _lostSource = lostSource;
        _endedSource = endedSource;
        _logger = logger;
        _loss = loss;
        _metrics = metrics;
        _life = life;
    }

    public void Execute()
    {
        // Before code of the user that may block, so that whoever was told of the end, or has disposed the connection, finds it measured.
        _metrics?.End(_life, _loss);
        if (_loss is not null)
        {
            _dispatcher.RunAsHandler(_lostSource.Cancel, nameof(ConnectionMonitor.LostToken));
        }

        _dispatcher.RunAsHandler(_endedSource.Cancel, nameof(ConnectionMonitor.EndedToken));
        _dispatcher.PublishEnd(_loss);
        if (_loss is HandshakeFailed or PeerNotLiveness)
        {
            // Strangers knock on every open port; and whoever attached it is told by an exception.
            Log.HandshakeLost(_logger, _loss, _loss.ErrorType, _metrics?.Name);
        }
        else if (_loss is not null)
        {
            Log.ConnectionLost(_logger, _loss, _loss.ErrorType, _loss.Evidence.IncidentId, _metrics?.Name);
        }
    }
}
