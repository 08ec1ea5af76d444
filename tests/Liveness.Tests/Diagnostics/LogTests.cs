using System.Reflection;
using Microsoft.Extensions.Logging;

namespace Liveness.Tests;

public sealed class LogTests
{
    private static readonly LoggerMessageAttribute[] s_messages =
        [.. typeof(Log).GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>())
            .OfType<LoggerMessageAttribute>()];

    [Fact]
    public void Every_event_has_an_id_and_a_name_of_its_own()
    {
        s_messages.Should().HaveCountGreaterThan(8);
        s_messages.Select(message => message.EventId).Should().OnlyHaveUniqueItems().And.OnlyContain(id => id > 0);
        s_messages.Select(message => message.EventName).Should().OnlyHaveUniqueItems().And.OnlyContain(name => !string.IsNullOrEmpty(name));
    }

    [Theory]
    [InlineData(1, "Suspect", LogLevel.Debug)]
    [InlineData(2, "AliveAgain", LogLevel.Debug)]
    [InlineData(3, "ConditionsChanged", LogLevel.Information)]
    [InlineData(4, "BoundExceedsDetectWithin", LogLevel.Warning)]
    [InlineData(5, "WritesFailed", LogLevel.Debug)]
    [InlineData(6, "KeepAliveIncomplete", LogLevel.Warning)]
    [InlineData(12, "PingFailed", LogLevel.Debug)]
    [InlineData(20, "ConnectionLost", LogLevel.Warning)]
    [InlineData(21, "CloseNotConfirmed", LogLevel.Warning)]
    [InlineData(41, "WorkItemThrew", LogLevel.Error)]
    [InlineData(60, "HandlerThrew", LogLevel.Error)]
    public void Ids_names_and_levels_are_a_contract(int id, string name, LogLevel level)
    {
        LoggerMessageAttribute message = s_messages.Single(candidate => candidate.EventId == id);

        message.EventName.Should().Be(name);
        message.Level.Should().Be(level);
    }
}
