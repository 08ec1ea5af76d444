using Liveness.Advice;

namespace Liveness.Diagnostics;

/// <summary>
/// How connections of one name, mode, clock and meter are measured: one object for all of them. Nothing here throws; nothing is called
/// under a lock.
/// </summary>
internal sealed class ConnectionMetrics
{
    private readonly LivenessMetrics _metrics;
    private readonly TimeProvider _timeProvider;
    private readonly KeyValuePair<string, object?>[] _tags;
    private readonly MeasurementQueue _queue;

    public ConnectionMetrics(LivenessMetrics metrics, string? name, ConnectionMode mode, TimeProvider timeProvider)
    {
        _metrics = metrics;
        _timeProvider = timeProvider;
        _queue = metrics.Queue(WorkQueue.Of(timeProvider));
        Name = name;
        KeyValuePair<string, object?> modeTag = new(MetricTags.Mode, MetricTags.Text(mode));
        _tags = name is null ? [modeTag] : [new(MetricTags.ConnectionName, name), modeTag];
    }

    /// <summary>As configured; also for the log.</summary>
    public string? Name { get; }

    /// <summary>Of everything that is measured of them.</summary>
    public KeyValuePair<string, object?>[] Tags => _tags;

    /// <summary>How late living peers were.</summary>
    public BoundTally Bounds { get; } = new();

    /// <summary>By <see cref="Bounds"/>; null = too little was seen.</summary>
    public BoundAdvice? Advice => Bounds.Advise(Instant.Now(_timeProvider));

    /// <summary>Somebody listens to what happens with every beat.</summary>
    public bool MeasuresBeats => _metrics.HeartbeatRoundTrip is { Enabled: true } || _metrics.HeartbeatProbes is { Enabled: true };

    /// <summary>From the options that create a connection.</summary>
    /// <param name="name">Checked already: <see cref="ConnectionName"/>.</param>
    public static ConnectionMetrics For(
        System.Diagnostics.Metrics.IMeterFactory? factory, string? name, ConnectionMode mode, TimeProvider timeProvider) =>
        LivenessMetrics.For(factory).Connections(name, mode, GuardedTimeProvider.Of(timeProvider));

    /// <summary>Once, when the connection begins.</summary>
    public ConnectionLife Begin()
    {
        bool isCounted = _metrics.ActiveConnections is { Enabled: true };
        if (isCounted)
        {
            _metrics.Add(_metrics.ActiveConnections, 1, _tags);
        }

        Instant now = Instant.Now(_timeProvider);
        Bounds.Begin(now);
        return new ConnectionLife(now, isCounted);
    }

    /// <summary>In place of <see cref="End"/>, where the connection had ended before it began.</summary>
    public void TakeBack(ConnectionLife life)
    {
        Bounds.End(Instant.Now(_timeProvider));
        if (life.IsCounted)
        {
            _metrics.Add(_metrics.ActiveConnections, -1, _tags);
        }
    }

    /// <summary>Once, at the end; nothing where it never began.</summary>
    /// <param name="life">What <see cref="Begin"/> gave.</param>
    /// <param name="loss">Null = an orderly close.</param>
    /// <param name="label">Whose end it is; never a tag.</param>
    public void End(ConnectionLife life, ConnectionLoss? loss, ConnectionLabel label)
    {
        if (!life.HasBegun)
        {
            return;
        }

        if (life.IsCounted)
        {
            _metrics.Add(_metrics.ActiveConnections, -1, _tags);
        }

        Instant now = Instant.Now(_timeProvider);
        TimeSpan duration = now - life.BegunAt;
        Bounds.End(now);
        if (loss is HeartbeatTimedOut or OutboundDead
            or PeerGaveUp { Code: GoodbyeCode.JudgedLost or GoodbyeCode.OutboundDead })
        {
            Bounds.NoteLoss(now);
        }

        if (loss is null)
        {
            _metrics.Record(_metrics.ConnectionDuration, duration, _tags);
            return;
        }

        using LossTrace trace = new(_metrics, loss, label);
        KeyValuePair<string, object?>[] tags = [.. _tags, new(MetricTags.ErrorType, loss.ErrorType)];
        _metrics.Record(_metrics.ConnectionDuration, duration, tags);
        _metrics.Record(_metrics.LossDetection, loss.Silence, tags);
        _metrics.Add(_metrics.ConnectionLosses, 1, [.. tags, new(MetricTags.Diagnosis, MetricTags.Text(loss.Diagnosis))]);
    }

    /// <summary>For every round trip that was measured. Returns at once, as the next two: listeners are told in a lane.</summary>
    public void RoundTrip(TimeSpan roundTrip) => Post(_metrics.HeartbeatRoundTrip, roundTrip, 0);

    /// <summary>For probes that were sent since the last call.</summary>
    public void Probes(long count) => Post(_metrics.HeartbeatProbes, TimeSpan.Zero, count);

    /// <summary>For other paths that the kernel took since the last call.</summary>
    public void PathChanges(long count) => Post(_metrics.PathChanges, TimeSpan.Zero, count);

    private void Post(System.Diagnostics.Metrics.Instrument? instrument, TimeSpan duration, long count)
    {
        if (instrument is { Enabled: true })
        {
            _queue.Add(new Measurement(instrument, duration, count, _tags));
        }
    }
}
