namespace Liveness.AspNetCore.Tests.Status;

/// <summary>Durations for people, and long texts cut.</summary>
public sealed class StatusTextTests
{
    [Theory]
    [InlineData(null, "–")]
    [InlineData(0.0, "0 ms")]
    [InlineData(0.0000614, "0.06 ms")]
    [InlineData(0.0015, "1.5 ms")]
    [InlineData(0.1245, "125 ms")]
    [InlineData(0.42, "420 ms")]
    [InlineData(9.88, "9.9 s")]
    [InlineData(10.0, "10 s")]
    [InlineData(60.0, "1 min")]
    [InlineData(200.0, "3 min 20 s")]
    [InlineData(7500.0, "2 h 5 min")]
    [InlineData(273_600.0, "3 d 4 h")]
    public void A_duration_has_two_figures_that_matter(double? seconds, string expected) => StatusText.Duration(seconds).Should().Be(expected);

    [Fact]
    public void A_long_text_is_cut_between_characters()
    {
        StatusText.Clip("short", 5).Should().Be("short");
        StatusText.Clip("longer", 5).Should().Be("long…");
        StatusText.Clip("abc\U0001F600de", 5).Should().Be("abc…");
    }
}
