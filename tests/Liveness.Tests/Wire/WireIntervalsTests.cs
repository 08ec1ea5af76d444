namespace Liveness.Tests;

public sealed class WireIntervalsTests
{
    [Theory]
    [InlineData(1000u, 20u, 20u, true)]
    [InlineData(20u, 20u, 0u, true)]
    [InlineData(20u, 21u, 0u, false)]
    [InlineData(0u, 20u, 20u, true)]
    [InlineData(0u, 0u, 0u, true)]
    [InlineData(86_400_000u, 86_400_000u, 86_400_000u, true)]
    [InlineData(86_400_001u, 0u, 0u, false)]
    [InlineData(0u, 86_400_001u, 0u, false)]
    [InlineData(0u, 0u, 86_400_001u, false)]
    public void Intervals_are_legal_up_to_a_day_with_a_spacing_no_longer_than_the_interval(uint rx, uint minRx, uint minTx, bool legal) =>
        new WireIntervals(rx, minRx, minTx).IsLegal.Should().Be(legal);
}
