namespace Liveness.Tests.Configuration;

public sealed class DurationTextTests
{
    [Theory]
    [InlineData("00:00:05", "00:00:05")]
    [InlineData("0:0:5", "00:00:05")]
    [InlineData("00:00:00.25", "00:00:00.2500000")]
    [InlineData("1.02:03:04", "1.02:03:04")]
    [InlineData("-00:00:00.001", "Infinite")]
    [InlineData("-00:00:00.0010000", "Infinite")]
    [InlineData("Infinite", "Infinite")]
    [InlineData("infinite", "Infinite")]
    [InlineData("0", "00:00:00")]
    [InlineData("00:00", "00:00:00")]
    public void A_duration_is_read_and_written(string text, string written)
    {
        DurationText.Parse(text, mayBeInfinite: true, limitedToDays: false, out TimeSpan value).Should().BeNull();

        DurationText.Write(value).Should().Be(written);
    }

    [Theory]
    [InlineData("00:05", "write \"00:00:05\" or \"00:05:00\"")]
    [InlineData("24:00:00", "That would be 24.00:00:00, days in front.")]
    [InlineData("5", "is \"5\", and a bare number counts days: did you mean \"00:00:05\"?")]
    [InlineData("5s", "hours:minutes:seconds: \"00:00:05\"")]
    [InlineData("500 ms", "hours:minutes:seconds: \"00:00:00.5000000\"")]
    [InlineData("1.5 min", "hours:minutes:seconds: \"00:01:30\"")]
    [InlineData("2h", "hours:minutes:seconds: \"02:00:00\"")]
    [InlineData("", "\"00:00:30\" for 30 seconds")]
    [InlineData("soon", "\"00:00:30\" for 30 seconds, or \"Infinite\"")]
    [InlineData("00:61:00", "\"00:00:30\" for 30 seconds")]
    [InlineData("PT5S", "\"00:00:30\" for 30 seconds")]
    [InlineData("Timeout.InfiniteTimeSpan", "or \"Infinite\"")]
    public void What_does_not_mean_what_it_looks_like_is_refused_with_a_cure(string text, string told)
    {
        DurationText.Parse(text, mayBeInfinite: true, limitedToDays: false, out _).Should().Contain(told);
    }
}
