namespace Liveness.Tests.Heartbeat;

#pragma warning disable LIV008 // The mistake is what is tried.

public class HeartbeatOptionsMessagesTests
{
    [Theory]
    [InlineData("30", "DetectWithin is 30.00:00:00, but must be at least 00:00:00.1000000 and less than 1.00:00:00. A bare number in a configuration file counts days: did you mean 00:00:30?")]
    [InlineData("1", "DetectWithin is 1.00:00:00, but must be at least 00:00:00.1000000 and less than 1.00:00:00. A bare number in a configuration file counts days: did you mean 00:00:01?")]
    [InlineData("86400", "DetectWithin is 86400.00:00:00, but must be at least 00:00:00.1000000 and less than 1.00:00:00. A bare number in a configuration file counts days: did you mean 1.00:00:00?")]
    [InlineData("1.00:00:00.5", "DetectWithin is 1.00:00:00.5000000, but must be at least 00:00:00.1000000 and less than 1.00:00:00. Use Timeout.InfiniteTimeSpan to switch the heartbeat off.")]
    [InlineData("0", "DetectWithin is 00:00:00, but must be at least 00:00:00.1000000 and less than 1.00:00:00. Use Timeout.InfiniteTimeSpan to switch the heartbeat off.")]
    [InlineData("-00:00:01", "DetectWithin is -00:00:01, but must be at least 00:00:00.1000000 and less than 1.00:00:00. Use Timeout.InfiniteTimeSpan to switch the heartbeat off.")]
    public void A_bad_DetectWithin_says_what_was_probably_meant(string value, string message)
    {
        Message(new HeartbeatOptions { DetectWithin = TimeSpan.Parse(value, null) }).Should().Be(message);
    }

    [Fact]
    public void Every_other_failure_names_property_value_range_and_cure()
    {
        Message(new HeartbeatOptions { HandshakeTimeout = TimeSpan.Zero }).Should().Be(
            "HandshakeTimeout is 00:00:00, but must be between 00:00:00.1000000 and 00:10:00. In configuration files write \"00:00:30\" for 30 seconds.");
        Message(new HeartbeatOptions { PlainPeers = (PlainPeers)7 }).Should().Be("PlainPeers is 7, but must be Refuse or Serve.");
        Message(new HeartbeatOptions { PlainPeerAfter = TimeSpan.FromMilliseconds(9) }).Should().Be(
            "PlainPeerAfter is 00:00:00.0090000, but must be between 00:00:00.0100000 and HandshakeTimeout (00:00:10). Make it longer than a round trip to the slowest peer.");
        Message(new HeartbeatOptions { PlainPeerAfter = TimeSpan.FromSeconds(11) }).Should().Be(
            "PlainPeerAfter is 00:00:11, but must be between 00:00:00.0100000 and HandshakeTimeout (00:00:10). Shorten it, or raise HandshakeTimeout.");
        Message(new HeartbeatOptions { CloseTimeout = TimeSpan.FromDays(5) }).Should().Be(
            "CloseTimeout is 5.00:00:00, but must be between 00:00:00 and 01:00:00. In configuration files write \"00:00:30\" for 30 seconds.");
        Message(new HeartbeatOptions { CloseDeadline = TimeSpan.FromDays(60) }).Should().Be(
            "CloseDeadline is 60.00:00:00, but must be between 00:00:00 and 01:00:00. Use Timeout.InfiniteTimeSpan for no limit.");
        Message(new HeartbeatOptions { MinTransmitInterval = TimeSpan.FromMilliseconds(9) }).Should().Be(
            "MinTransmitInterval is 00:00:00.0090000, but must be between 00:00:00.0100000 and 01:00:00. In configuration files write \"00:00:30\" for 30 seconds.");
        Message(new HeartbeatOptions { MinReceiveInterval = TimeSpan.FromSeconds(2) }).Should().Be(
            "MinReceiveInterval is 00:00:02, but must be between 00:00:00.0100000 and the beat interval (00:00:01, which follows from DetectWithin). Leave it null for a value that fits.");
        Message(new HeartbeatOptions { StalledAfter = TimeSpan.FromSeconds(9) }).Should().Be(
            "StalledAfter is 00:00:09, but must be positive and at least DetectWithin (00:00:10). Leave it null for a value that fits, or use Timeout.InfiniteTimeSpan to switch the report off.");
        Message(new HeartbeatOptions { StalledAfter = TimeSpan.Zero, DetectWithin = Timeout.InfiniteTimeSpan }).Should().Be(
            "StalledAfter is 00:00:00, but must be positive. Leave it null for a value that fits, or use Timeout.InfiniteTimeSpan to switch the report off.");
        Message(new HeartbeatOptions { MaxReceiveWindow = 5 }).Should().Be(
            "MaxReceiveWindow is 5 bytes, but must be between ReceiveWindow (65536) and 67108864 (64 MiB). Leave it null for a value that fits.");
        Message(new HeartbeatOptions { ReceiveWindow = 0 }).Should().Be(
            "ReceiveWindow is 0 bytes, but must be between 32768 (32 KiB) and 67108864 (64 MiB). The default, 65536, suits most connections.");
        Message(new HeartbeatOptions { TimeProvider = null! }).Should().Be("TimeProvider is null. Leave it at its default, TimeProvider.System.");
    }

    [Fact]
    public void All_failures_are_reported_at_once_and_the_first_names_the_parameter()
    {
        HeartbeatOptions options = new() { DetectWithin = TimeSpan.FromDays(30), HandshakeTimeout = TimeSpan.Zero, ReceiveWindow = 1 };

        Action create = () => HeartbeatPlan.Create(options);

        ArgumentOutOfRangeException thrown = create.Should().Throw<ArgumentOutOfRangeException>().Which;
        thrown.ParamName.Should().Be("options.DetectWithin");
        thrown.ActualValue.Should().Be(TimeSpan.FromDays(30));
        thrown.Message.Should().StartWith(string.Join(" ", HeartbeatOptionsRules.Check(options).Select(failure => failure.Message)));
        HeartbeatOptionsRules.Check(options).Should().HaveCount(3);
    }

    [Fact]
    public void No_options_at_all_are_refused()
    {
        Action create = () => HeartbeatPlan.Create(null!);

        create.Should().Throw<ArgumentNullException>().WithParameterName("options");
    }

    private static string Message(HeartbeatOptions options) => HeartbeatOptionsRules.Check(options).Should().ContainSingle().Which.Message;
}
