namespace Liveness.AspNetCore;

/// <summary>
/// Round trips of any number in bounded memory: each falls into a bucket that is nine per cent wide, so that a percentile is at most five
/// per cent off.
/// </summary>
internal sealed class RoundTripHistogram
{
    private const int BucketsAnOctave = 8;
    private const double Shortest = 1e-6;
    private const int Octaves = 27;

    private readonly int[] _counts = new int[Octaves * BucketsAnOctave];
    private int _all;

    public bool IsEmpty => _all == 0;

    public void Add(double seconds)
    {
        double octave = seconds <= Shortest ? 0 : Math.Log2(seconds / Shortest);
        _counts[Math.Min((int)(octave * BucketsAnOctave), _counts.Length - 1)]++;
        _all++;
    }

    public void Clear()
    {
        Array.Clear(_counts);
        _all = 0;
    }

    /// <param name="share">Of the round trips, above 0 to 1.</param>
    /// <returns>Seconds within which so many were; null = there are none.</returns>
    public double? Percentile(double share)
    {
        if (IsEmpty)
        {
            return null;
        }

        int wanted = (int)Math.Ceiling(_all * share);
        int bucket = -1;
        for (int seen = 0; seen < wanted; seen += _counts[bucket])
        {
            bucket++;
        }

        return Shortest * Math.Pow(2, (bucket + 0.5) / BucketsAnOctave);
    }
}
