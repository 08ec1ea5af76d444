using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Liveness.Presence;

/// <summary>The instruments of presence. Listeners are code of others: they are called in the lane.</summary>
internal sealed class PresenceMetrics
{
    private readonly BackgroundLane _lane;
    private readonly Counter<long>? _written;
    private readonly Counter<long>? _failures;
    private readonly Counter<long>? _resyncs;
    private readonly Histogram<double>? _duration;

    /// <param name="lane">Where listeners are called, but for those of the gauges, which ask by themselves.</param>
    /// <param name="factory">Null = a meter of the process.</param>
    /// <param name="count">Of connections.</param>
    /// <param name="pending">Of changes.</param>
    public PresenceMetrics(BackgroundLane lane, IMeterFactory? factory, Func<int> count, Func<int> pending)
    {
        _lane = lane;
        try
        {
            Meter meter = factory?.Create(PresenceMeter.Name) ?? new Meter(PresenceMeter.Name);
            meter.CreateObservableGauge(
                PresenceMeter.Connections, count, "{connection}", "Connections of this process that have a key.");
            meter.CreateObservableGauge(
                PresenceMeter.PendingChanges, pending, "{change}", "Changes that the store does not have yet.");
            _written = meter.CreateCounter<long>(PresenceMeter.WrittenChanges, "{change}", "Changes that the store has taken.");
            _failures = meter.CreateCounter<long>(PresenceMeter.StoreFailures, "{failure}", "Steps that the store did not answer.");
            _resyncs = meter.CreateCounter<long>(PresenceMeter.Resyncs, "{resync}", "How often everything was written anew.");
            _duration = meter.CreateHistogram(
                PresenceMeter.StoreDuration,
                "s",
                "How long the store took to answer.",
                tags: null,
                new InstrumentAdvice<double>
                {
                    HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
                });
        }
        catch (Exception failure)
        {
            // A listener is told of each instrument at once, and may throw: then there are fewer instruments.
            Debug.WriteLine(failure.GetType());
        }
    }

    public void Written(int changes)
    {
        if (changes > 0 && _written is { Enabled: true })
        {
            _lane.Post(() => _written.Add(changes));
        }
    }

    public void Failed()
    {
        if (_failures is { Enabled: true })
        {
            _lane.Post(() => _failures.Add(1));
        }
    }

    public void Resynced()
    {
        if (_resyncs is { Enabled: true })
        {
            _lane.Post(() => _resyncs.Add(1));
        }
    }

    public void Took(TimeSpan span)
    {
        if (_duration is { Enabled: true })
        {
            _lane.Post(() => _duration.Record(span.TotalSeconds));
        }
    }
}
