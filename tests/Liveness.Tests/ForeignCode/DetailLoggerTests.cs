using Microsoft.Extensions.Logging;

namespace Liveness.Tests.ForeignCode;

/// <summary>Many lines that mostly nobody reads wait as one.</summary>
public sealed class DetailLoggerTests
{
    private static readonly ConnectionLabel s_label = new("192.0.2.7:5", 17, "devices", "meter 4711");

    private readonly ManualWorkQueue _queue = new();
    private readonly RecordingLogger _logger = new();

    [Fact]
    public void Many_are_written_though_few_lines_may_wait()
    {
        GuardedLogger guard = _queue.Guard(_logger);
        for (int i = 0; i < 5 * GuardedLogger.MostWaiting; i++)
        {
            MonitoringLog.AliveAgainDetail(guard.Details, s_label);
        }

        _queue.Count.Should().Be(1);
        _queue.RunAll();

        _logger.Entries.Should().HaveCount(5 * GuardedLogger.MostWaiting).And.OnlyContain(static entry => entry.EventName == "AliveAgainDetail");
    }

    [Fact]
    public void Beyond_ten_thousand_they_are_dropped_and_counted()
    {
        GuardedLogger guard = _queue.Guard(_logger);
        for (int i = 0; i < DetailLogger.MostDetails + 7; i++)
        {
            MonitoringLog.AliveAgainDetail(guard.Details, s_label);
        }

        _queue.RunAll();

        _logger.Entries.Should().HaveCount(DetailLogger.MostDetails + 1);
        _logger.Entries.Single(static entry => entry.EventName == "LinesDropped").Text.Should().Contain("7 lines");
    }

    [Fact]
    public void A_level_that_is_off_is_asked_for_once_until_another_line_is_written()
    {
        _logger.Least = LogLevel.Information;
        GuardedLogger guard = _queue.Guard(_logger);
        MonitoringLog.AliveAgainDetail(guard.Details, s_label);
        _queue.RunAll();

        MonitoringLog.AliveAgainDetail(guard.Details, s_label);
        _queue.Count.Should().Be(0);

        _logger.Least = LogLevel.Debug;
        MonitoringLog.AliveAgain(guard, s_label);
        MonitoringLog.AliveAgainDetail(guard.Details, s_label);
        _queue.RunAll();
        _logger.Entries.Select(static entry => entry.EventName).Should().Equal("AliveAgain", "AliveAgainDetail");
    }

    [Fact]
    public void A_line_that_throws_costs_itself()
    {
        int asked = 0;
        MisbehavingLogger throwing = new() { InLog = () => throw new IOException($"full {++asked}") };
        GuardedLogger guard = _queue.Guard(throwing);
        for (int i = 0; i < 3; i++)
        {
            MonitoringLog.AliveAgainDetail(guard.Details, s_label);
        }

        _queue.RunAll();

        asked.Should().Be(3);
    }

    [Fact]
    public void What_is_not_known_is_not_said_and_what_is_known_is()
    {
        GuardedLogger guard = _queue.Guard(_logger);
        MonitoringLog.AliveAgain(guard, s_label);
        MonitoringLog.AliveAgain(guard, s_label with { OwnId = null });
        MonitoringLog.AliveAgain(guard, s_label with { Id = null, Name = null });
        MonitoringLog.AliveAgain(guard, default);
        MonitoringLog.HandlerOverdue(guard, "ConnectionLost", TimeSpan.FromSeconds(30), new ConnectionLabel(null, 3, null, null));
        _queue.RunAll();

        _logger.Entries.Select(static entry => entry.Text).Should().Equal(
            "Alive again [remote 192.0.2.7:5, connection 17, name devices, own id meter 4711]",
            "Alive again [remote 192.0.2.7:5, connection 17, name devices]",
            "Alive again [remote 192.0.2.7:5, own id meter 4711]",
            "Alive again",
            "A handler of ConnectionLost still runs after 00:00:30: the next one is called, and this one is left to itself [connection 3]");
    }
}
