using System.Net.Sockets;
using Liveness.ProtocolPing;

namespace Liveness.Tests.ProtocolPing;

public sealed class ProtocolHeartbeatOptionsTests
{
    [Fact]
    public void The_defaults_are_those_of_the_heartbeat_and_valid()
    {
        ProtocolHeartbeatOptions options = new();

        options.DetectWithin.Should().Be(HeartbeatDefaults.DetectWithin);
        options.PingInterval.Should().BeNull();
        options.TimeProvider.Should().BeSameAs(TimeProvider.System);
        options.Logger.Should().BeNull();
        ProtocolHeartbeatOptionsRules.Check(options).Should().BeEmpty();
    }

    [Theory]
    [InlineData("00:00:10", "00:00:05")]
    [InlineData("00:00:10", "00:00:00.01")]
    [InlineData("00:00:00.1", "00:00:00.05")]
    [InlineData("-00:00:00.001", "12:00:00")]
    public void Values_in_range_pass(string detectWithin, string interval)
    {
        ProtocolHeartbeatOptionsRules.Check(Of(detectWithin, interval)).Should().BeEmpty();
    }

    [Theory]
    [InlineData("00:00:10", "00:00:05.0000001", "PingInterval is 00:00:05.0000001, but must be between 00:00:00.0100000 and 00:00:05 (half of DetectWithin, for a ping needs time to be answered). Leave it null for a third of DetectWithin.")]
    [InlineData("00:00:10", "00:00:00.009", "PingInterval is 00:00:00.0090000, but must be between 00:00:00.0100000 and 00:00:05 (half of DetectWithin, for a ping needs time to be answered). Leave it null for a third of DetectWithin.")]
    [InlineData("00:00:10", "-00:00:00.001", "PingInterval is -00:00:00.0010000, but must be between 00:00:00.0100000 and 00:00:05 (half of DetectWithin, for a ping needs time to be answered). Leave it null for a third of DetectWithin.")]
    [InlineData("-00:00:00.001", "13:00:00", "PingInterval is 13:00:00, but must be between 00:00:00.0100000 and 12:00:00 (half a day). Leave it null for a third of DetectWithin.")]
    [InlineData("30", null, "DetectWithin is 30.00:00:00, but must be at least 00:00:00.1000000 and less than 1.00:00:00. A bare number in a configuration file counts days: did you mean 00:00:30?")]
    public void A_failure_names_property_value_range_and_cure(string detectWithin, string? interval, string message)
    {
        ProtocolHeartbeatOptionsRules.Check(Of(detectWithin, interval)).Should().ContainSingle().Which.Message.Should().Be(message);
    }

    [Fact]
    public void All_failures_are_reported_at_once_and_the_first_names_the_parameter()
    {
        ProtocolHeartbeatOptions options = new() { DetectWithin = TimeSpan.Zero, PingInterval = TimeSpan.FromDays(1), TimeProvider = null! };
        Action start = () => ProtocolHeartbeat.Start(_ => ValueTask.CompletedTask, options);

        ArgumentOutOfRangeException thrown = start.Should().Throw<ArgumentOutOfRangeException>().Which;
        thrown.ParamName.Should().Be("options.DetectWithin");
        thrown.ActualValue.Should().Be(TimeSpan.Zero);
        ProtocolHeartbeatOptionsRules.Check(options).Select(failure => failure.Property).Should().Equal("DetectWithin", "PingInterval", "TimeProvider");
        thrown.Message.Should().StartWith(string.Join(" ", ProtocolHeartbeatOptionsRules.Check(options).Select(failure => failure.Message)));
        thrown.Message.Should().Contain("TimeProvider is null. Leave it at its default, TimeProvider.System.");
    }

    [Fact]
    public void What_is_missing_or_not_connected_is_refused()
    {
        using Socket unconnected = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

        FluentActions.Invoking(() => ProtocolHeartbeat.Start(null!)).Should().Throw<ArgumentNullException>().WithParameterName("sendProbe");
        FluentActions.Invoking(() => ProtocolHeartbeat.Start(null!, _ => ValueTask.CompletedTask)).Should().Throw<ArgumentNullException>().WithParameterName("socket");
        FluentActions.Invoking(() => ProtocolHeartbeat.Start(unconnected, null!)).Should().Throw<ArgumentNullException>().WithParameterName("sendProbe");
        FluentActions.Invoking(() => ProtocolHeartbeat.Start(unconnected, _ => ValueTask.CompletedTask)).Should().Throw<ArgumentException>().WithParameterName("socket");
    }

    private static ProtocolHeartbeatOptions Of(string detectWithin, string? interval) =>
        new() { DetectWithin = TimeSpan.Parse(detectWithin, null), PingInterval = interval is null ? null : TimeSpan.Parse(interval, null) };
}
