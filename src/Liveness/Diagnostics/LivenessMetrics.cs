using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;

namespace Liveness.Diagnostics;

/// <summary>
/// The instruments of one meter. Nothing here ever throws: listeners are foreign code, and no connection may break because one of them
/// does.
/// </summary>
internal sealed class LivenessMetrics
{
    /// <summary>Names are few; whoever makes one up for each connection must not make this process grow without end.</summary>
    private const int MostConnections = 1_000;

    private static readonly ConditionalWeakTable<IMeterFactory, LivenessMetrics> s_ofFactories = [];

    private readonly ConcurrentDictionary<(string? Name, ConnectionMode Mode), ConnectionMetrics> _connections = new();
    private readonly MeasurementQueue _onPool;
    private int _listenerHasThrown;

    private LivenessMetrics(Func<Meter> create, bool isOfProcess)
    {
        _onPool = new MeasurementQueue(this, WorkQueue.ThreadPool);
        if (Guarded(create) is not { } meter)
        {
            return;
        }

        ActiveConnections = Guarded(
            () => meter.CreateUpDownCounter<long>(LivenessMeter.ActiveConnections, "{connection}", "Connections that are watched now."));
        ConnectionDuration = Histogram(meter, LivenessMeter.ConnectionDuration, "How long a connection was watched, until its end.",
            [0.1, 1, 5, 10, 30, 60, 300, 600, 1_800, 3_600, 14_400, 43_200, 86_400, 604_800]);
        ConnectionLosses = Guarded(
            () => meter.CreateCounter<long>(LivenessMeter.ConnectionLosses, "{connection}", "Connections that were lost."));
        PathChanges = Guarded(() => meter.CreateCounter<long>(
            LivenessMeter.PathChanges,
            "{change}",
            "Other paths that the kernel took after timeouts, for connections that lived on (IPv6)."));
        HeartbeatRoundTrip = Histogram(
            meter,
            LivenessMeter.HeartbeatRoundTripDuration,
            "Round trips of heartbeats, less the time that they lay at the peer.",
            [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]);
        HeartbeatProbes = Guarded(
            () => meter.CreateCounter<long>(LivenessMeter.HeartbeatProbes, "{probe}", "Heartbeats sent that ask for an answer at once."));
        LossDetection = Histogram(
            meter,
            LivenessMeter.LossDetectionDuration,
            "How long nothing had been heard when a connection was judged lost.",
            [0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 7.5, 10, 15, 20, 30, 60, 120, 300, 900, 3_600]);
        _ = Guarded(() => meter.CreateObservableGauge(
            LivenessMeter.AdvisedBound,
            () => Advised(static advice => advice.DetectWithin),
            "s",
            "DetectWithin as it is advised by what living connections have needed so far."));
        _ = Guarded(() => meter.CreateObservableGauge(
            LivenessMeter.NeededBound,
            () => Advised(static advice => advice.LeastBound),
            "s",
            "The shortest DetectWithin that would have told no living connection as lost so far."));
        _ = Guarded(() => meter.CreateObservableCounter(
            LivenessMeter.WatchedTime,
            () => Advised(static advice => advice.WatchedFor),
            "s",
            "How long connections were watched for what is advised."));
        if (isOfProcess)
        {
            LocalStall = Histogram(meter, LivenessMeter.LocalStallDuration, "Pauses of this process itself, in which it could not run.",
                [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300]);
        }
    }

    /// <summary>Null, like the others, where a listener threw when it was told of the instrument.</summary>
    public UpDownCounter<long>? ActiveConnections { get; }

    public Histogram<double>? ConnectionDuration { get; }

    public Counter<long>? ConnectionLosses { get; }

    public Counter<long>? PathChanges { get; }

    public Histogram<double>? HeartbeatRoundTrip { get; }

    public Counter<long>? HeartbeatProbes { get; }

    public Histogram<double>? LossDetection { get; }

    /// <summary>Null except in <see cref="OfProcess"/>: pauses belong to no connection.</summary>
    public Histogram<double>? LocalStall { get; }

    /// <summary>Of everybody who has no factory.</summary>
    public static LivenessMetrics OfProcess => Process.Instance;

    public static LivenessMetrics For(IMeterFactory? factory) => factory is null
        ? OfProcess
        : s_ofFactories.GetValue(
            factory, static created => new LivenessMetrics(() => created.Create(LivenessMeter.Name), isOfProcess: false));

    /// <summary>What connections of the same name and mode share.</summary>
    public ConnectionMetrics Connections(string? name, ConnectionMode mode, TimeProvider timeProvider)
    {
        // Other clocks are tests' own: they must not be kept alive by the process.
        if (timeProvider != TimeProvider.System)
        {
            return new ConnectionMetrics(this, name, mode, timeProvider);
        }

        if (_connections.TryGetValue((name, mode), out ConnectionMetrics? known))
        {
            return known;
        }

        ConnectionMetrics added = new(this, name, mode, timeProvider);
        return _connections.Count < MostConnections ? _connections.GetOrAdd((name, mode), added) : added;
    }

    /// <summary>Where values go that must not wait for a listener: one for all that share a pool.</summary>
    public MeasurementQueue Queue(WorkQueue queue) => queue == WorkQueue.ThreadPool ? _onPool : new MeasurementQueue(this, queue);

    public void Add(UpDownCounter<long>? instrument, long delta, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        try
        {
            instrument?.Add(delta, tags);
        }
        catch (Exception exception)
        {
            Report(exception);
        }
    }

    public void Add(Counter<long>? instrument, long delta, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        try
        {
            instrument?.Add(delta, tags);
        }
        catch (Exception exception)
        {
            Report(exception);
        }
    }

    public void Record(Histogram<double>? instrument, TimeSpan value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        try
        {
            instrument?.Record(value.TotalSeconds, tags);
        }
        catch (Exception exception)
        {
            Report(exception);
        }
    }

    /// <summary>Of each name and mode of which enough was seen.</summary>
    private IEnumerable<Measurement<double>> Advised(Func<BoundAdvice, TimeSpan> value)
    {
        foreach (ConnectionMetrics connections in _connections.Values)
        {
            if (connections.Advice is { } advice)
            {
                yield return new Measurement<double>(value(advice).TotalSeconds, connections.Tags);
            }
        }
    }

    private Histogram<double>? Histogram(Meter meter, string name, string description, double[] boundaries) => Guarded(() =>
        meter.CreateHistogram(name, "s", description, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = boundaries }));

    /// <summary>A factory may be disposed already, and a listener is told of every instrument at once.</summary>
    private T? Guarded<T>(Func<T> create)
        where T : class
    {
        try
        {
            return create();
        }
        catch (Exception exception)
        {
            Report(exception);
            return null;
        }
    }

    /// <summary>The first only: a listener that throws does so at every beat.</summary>
    public void Report(Exception exception)
    {
        if (Interlocked.Exchange(ref _listenerHasThrown, 1) == 0)
        {
            WorkQueue.ThreadPool.PostForeign(
                ForeignLane.Handlers,
                new ForeignFailure("a listener of metrics or a meter factory failed; further failures of it are not reported", exception));
        }
    }

    /// <summary>Made on first use.</summary>
    private static class Process
    {
        public static LivenessMetrics Instance { get; } = new(static () => new Meter(LivenessMeter.Name), isOfProcess: true);
    }
}
