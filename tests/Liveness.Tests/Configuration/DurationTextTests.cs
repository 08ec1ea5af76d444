namespace Liveness.Tests.Configuration;

public sealed class DurationTextTests
{
    [Theory]
    [InlineData("00:00:05", "00:00:05")]
    [InlineData("0:0:5", "00:00:05")]
    [InlineData(" 00:00:05 ", "00:00:05")]
    [InlineData("00:00:00.25", "00:00:00.25")]
    [InlineData("00:10:00", "00:10:00")]
    [InlineData("10.00:00:00", "10.00:00:00")]
    [InlineData("1.02:03:04", "1.02:03:04")]
    [InlineData("-00:00:00.001", "Infinite")]
    [InlineData("-00:00:00.0010000", "Infinite")]
    [InlineData("Infinite", "Infinite")]
    [InlineData("infinite", "Infinite")]
    [InlineData("0", "00:00:00")]
    [InlineData("00:00", "00:00:00")]
    public void A_duration_is_read_and_written(string text, string written)
    {
        DurationText.TryParse(text, out TimeSpan value).Should().BeTrue();

        DurationText.Write(value).Should().Be(written);
    }

    [Theory]
    [InlineData("00:05", "Did you mean \"00:00:05\" or \"00:05:00\"?")]
    [InlineData("24:00:00", "Did you mean \"1.00:00:00\"?")]
    [InlineData("90:30:00", "Did you mean \"3.18:30:00\"?")]
    [InlineData("5", "A bare number would count days: did you mean \"00:00:05\"?")]
    [InlineData("3.5", "A bare number would count days: did you mean \"00:00:03.5\"?")]
    [InlineData("3,5", "A bare number would count days: did you mean \"00:00:03.5\"?")]
    [InlineData("5000", "A bare number would count days: did you mean \"00:00:05\" or \"01:23:20\"?")]
    [InlineData("5s", "Did you mean \"00:00:05\"?")]
    [InlineData("3sec", "Did you mean \"00:00:03\"?")]
    [InlineData("500 ms", "Did you mean \"00:00:00.5\"?")]
    [InlineData("1.5 min", "Did you mean \"00:01:30\"?")]
    [InlineData("1,5 min", "Did you mean \"00:01:30\"?")]
    [InlineData("2h", "Did you mean \"02:00:00\"?")]
    [InlineData("1 day", "Did you mean \"1.00:00:00\"?")]
    [InlineData("PT5S", "Did you mean \"00:00:05\"?")]
    [InlineData("PT1M30.5S", "Did you mean \"00:01:30.5\"?")]
    [InlineData("P1D", "Did you mean \"1.00:00:00\"?")]
    [InlineData("-1", "Did you mean \"Infinite\"?")]
    [InlineData("Never", "Did you mean \"Infinite\"?")]
    [InlineData("00:00:03,5", "Did you mean \"00:00:03.5\"?")]
    [InlineData("", "\"00:00:30\" is 30 seconds.")]
    [InlineData("soon", "\"00:00:30\" is 30 seconds.")]
    [InlineData("00:61:00", "\"00:00:30\" is 30 seconds.")]
    [InlineData("00:00:03.5.1", "\"00:00:30\" is 30 seconds.")]
    [InlineData("0x10", "\"00:00:30\" is 30 seconds.")]
    [InlineData("50%", "\"00:00:30\" is 30 seconds.")]
    [InlineData("99999999999999999999", "\"00:00:30\" is 30 seconds.")]
    [InlineData("999999:00", "\"00:00:30\" is 30 seconds.")]
    [InlineData("Timeout.InfiniteTimeSpan", "\"00:00:30\" is 30 seconds.")]
    public void What_does_not_mean_what_it_looks_like_is_refused_with_a_cure(string text, string cure)
    {
        DurationText.TryParse(text, out _).Should().BeFalse();

        DurationText.Cure(text, static _ => true).Should().Be(cure);
    }

    [Fact]
    public void Nothing_is_proposed_that_would_be_refused_next()
    {
        DurationText.Cure("5h", static value => value < TimeSpan.FromHours(1)).Should().Be("\"00:00:30\" is 30 seconds.");
        DurationText.Cure("-1", static value => value > TimeSpan.Zero).Should().Be("\"00:00:30\" is 30 seconds.");
    }
}
