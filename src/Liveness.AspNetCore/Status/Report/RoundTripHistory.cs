namespace Liveness.AspNetCore;

/// <summary>The last round trips of connections. Those of connections that are noted no longer are forgotten.</summary>
internal sealed class RoundTripHistory
{
    public const int Length = 60;

    private readonly Lock _gate = new();

    /// <summary>Under the lock.</summary>
    private Dictionary<long, Queue<double>> _samples = [];

    /// <param name="roundTrips">Of all that are to be remembered; null = measured nothing yet.</param>
    public void Note(IEnumerable<(long Id, TimeSpan? RoundTrip)> roundTrips)
    {
        lock (_gate)
        {
            Dictionary<long, Queue<double>> next = [];
            foreach ((long id, TimeSpan? roundTrip) in roundTrips)
            {
                Queue<double> samples = _samples.GetValueOrDefault(id) ?? new Queue<double>();
                if (roundTrip is { } measured)
                {
                    if (samples.Count == Length)
                    {
                        samples.Dequeue();
                    }

                    samples.Enqueue(measured.TotalSeconds);
                }

                next[id] = samples;
            }

            _samples = next;
        }
    }

    /// <returns>Oldest first.</returns>
    public double[] Of(long id)
    {
        lock (_gate)
        {
            return _samples.TryGetValue(id, out Queue<double>? samples) ? [.. samples] : [];
        }
    }
}
