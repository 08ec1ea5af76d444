namespace Liveness.AspNetCore.Tests.Status.Report;

/// <summary>Percentiles out of buckets.</summary>
public sealed class RoundTripHistogramTests
{
    private readonly RoundTripHistogram _histogram = new();

    [Fact]
    public void Nothing_has_no_percentile() => _histogram.Percentile(0.5).Should().BeNull();

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.95)]
    [InlineData(0.99)]
    [InlineData(1)]
    public void A_percentile_is_at_most_five_per_cent_off(double share)
    {
        double[] seconds = [.. Enumerable.Range(0, 1000).Select(i => 0.00005 * Math.Pow(1.01, i))];
        Array.ForEach(seconds, _histogram.Add);

        double exact = seconds[(int)Math.Ceiling(seconds.Length * share) - 1];
        _histogram.Percentile(share).Should().BeInRange(exact * 0.95, exact * 1.05);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1e-9)]
    [InlineData(1e9)]
    [InlineData(double.PositiveInfinity)]
    public void A_round_trip_beyond_all_measure_is_in_the_outermost_bucket(double seconds)
    {
        _histogram.Add(seconds);

        _histogram.Percentile(0.5).Should().BeInRange(1e-6, 140);
    }

    [Fact]
    public void What_is_cleared_is_gone()
    {
        _histogram.Add(1);
        _histogram.Clear();

        _histogram.Percentile(1).Should().BeNull();
    }
}
