namespace Liveness.AspNetCore.Tests.Status.Page;

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

    [Theory]
    [InlineData(1.4, 3.0, "1.4 of 3 s")]
    [InlineData(0.0, 3.0, "0 of 3 s")]
    [InlineData(2.94, 3.0, "2.9 of 3 s")]
    [InlineData(0.1, 0.5, "100 ms of 500 ms")]
    [InlineData(75.0, 120.0, "1 min 15 s of 2 min")]
    [InlineData(75.0, 3.0, "1 min 15 s of 3 s")]
    [InlineData(31.0, null, "31 s, no limit")]
    [InlineData(null, 3.0, "–")]
    public void A_silence_is_told_with_its_limit(double? silence, double? bound, string expected) =>
        StatusText.Silence(silence, bound).Should().Be(expected);

    [Fact]
    public void A_long_text_is_cut_between_characters()
    {
        StatusText.Clip("short", 5).Should().Be("short");
        StatusText.Clip("longer", 5).Should().Be("long…");
        StatusText.Clip("abc\U0001F600de", 5).Should().Be("abc…");
    }
}
