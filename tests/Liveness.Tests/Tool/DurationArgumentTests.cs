using Liveness.Tool;

namespace Liveness.Tests.Tool;

public sealed class DurationArgumentTests
{
    [Theory]
    [InlineData("500ms", 0.5)]
    [InlineData("5s", 5)]
    [InlineData("1.5s", 1.5)]
    [InlineData("10min", 600)]
    [InlineData("2h", 7200)]
    [InlineData("30d", 2_592_000)]
    public void A_number_with_a_unit_is_a_duration(string text, double seconds)
    {
        DurationArgument.TryParse(text, out TimeSpan duration).Should().BeTrue();
        duration.TotalSeconds.Should().Be(seconds);
    }

    [Theory]
    [InlineData("5")]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("-5s")]
    [InlineData("5 s")]
    [InlineData("99ms")]
    [InlineData("31d")]
    [InlineData("1e9s")]
    [InlineData("Infinity")]
    public void Anything_else_is_none(string text)
    {
        DurationArgument.TryParse(text, out _).Should().BeFalse();
    }
}
