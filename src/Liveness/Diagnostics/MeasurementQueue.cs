using System.Diagnostics.Metrics;

namespace Liveness.Diagnostics;

/// <summary>
/// Tells the listeners of one meter what is measured while connections live: one at a time and in order, in a lane, for a listener may
/// block and no beat may wait for it.
/// </summary>
/// <remarks>While one blocks, values wait for it, up to a number, and are lost beyond that. Allocates nothing once it has grown.</remarks>
internal sealed class MeasurementQueue(LivenessMetrics metrics, WorkQueue queue) : IThreadPoolWorkItem
{
    public const int MostWaiting = 10_000;

    private readonly Lock _gate = new();

    /// <summary>Under the lock.</summary>
    private readonly Queue<Measurement> _waiting = new();

    /// <summary>Under the lock.</summary>
    private bool _isPosted;

    /// <summary>Returns at once, and calls no listener. Any thread, under any lock but that of a scheduler.</summary>
    public void Add(in Measurement measurement)
    {
        lock (_gate)
        {
            if (_waiting.Count >= MostWaiting)
            {
                return;
            }

            _waiting.Enqueue(measurement);
            if (_isPosted)
            {
                return;
            }

            _isPosted = true;
        }

        queue.PostForeign(ForeignLane.Measurements, this);
    }

    void IThreadPoolWorkItem.Execute()
    {
        while (TryTake(out Measurement measurement))
        {
            if (measurement.Instrument is Histogram<double> histogram)
            {
                metrics.Record(histogram, measurement.Duration, measurement.Tags);
            }
            else
            {
                metrics.Add(measurement.Instrument as Counter<long>, measurement.Count, measurement.Tags);
            }
        }
    }

    private bool TryTake(out Measurement measurement)
    {
        lock (_gate)
        {
            _isPosted = _waiting.TryDequeue(out measurement);
            return _isPosted;
        }
    }
}
