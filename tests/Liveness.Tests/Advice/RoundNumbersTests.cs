using Liveness.Advice;

namespace Liveness.Tests.Advice;

/// <summary>A number that a person would write down.</summary>
public sealed class RoundNumbersTests
{
    [Theory]
    [InlineData(0.1, 0.1)]
    [InlineData(0.1001, 0.12)]
    [InlineData(0.9, 1)]
    [InlineData(1, 1)]
    [InlineData(1.01, 1.2)]
    [InlineData(1.125, 1.2)]
    [InlineData(6.1, 8)]
    [InlineData(8.5, 10)]
    [InlineData(1999, 2000)]
    public void A_duration_is_rounded_up(double seconds, double expected) =>
        RoundNumbers.Up(TimeSpan.FromSeconds(seconds)).Should().Be(TimeSpan.FromSeconds(expected));
}
