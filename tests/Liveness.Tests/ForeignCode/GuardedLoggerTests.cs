using System.Reflection;
using Microsoft.Extensions.Logging;

namespace Liveness.Tests.ForeignCode;

public sealed class GuardedLoggerTests
{
    private readonly ManualWorkQueue _queue = new();
    private readonly RecordingLogger _logger = new();

    /// <summary>The compiler holds the rule: no line can be handed to a logger that has not been guarded.</summary>
    [Fact]
    public void Every_log_message_takes_a_guard_and_no_field_of_the_library_holds_a_bare_logger()
    {
        IReadOnlyList<MethodInfo> messages = LogMessages.Methods;
        Type[] ours = [.. typeof(ConnectionMonitor).Assembly.GetTypes().Where(type => type != typeof(GuardedLogger) && !type.Name.EndsWith("Options", StringComparison.Ordinal))];

        messages.Should().NotBeEmpty().And.OnlyContain(message => message.GetParameters()[0].ParameterType == typeof(GuardedLogger));
        ours.SelectMany(type => type.GetFields(BindingFlags.Instance | BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly))
            .Where(field => field.FieldType == typeof(ILogger) && !field.DeclaringType!.Name.Contains('<') && field.DeclaringType != typeof(ConnectionServices))
            .Should().BeEmpty();
    }

    [Fact]
    public void One_logger_has_one_guard_a_guard_is_its_own_and_none_is_none()
    {
        GuardedLogger guard = _queue.Guard(_logger);

        _queue.Guard(_logger).Should().BeSameAs(guard);
        _queue.Guard(guard).Should().BeSameAs(guard);
        _queue.Guard(null).IsNone.Should().BeTrue();
        _queue.Guard(Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance).IsNone.Should().BeTrue();
        guard.IsNone.Should().BeFalse();
    }

    [Fact]
    public void A_line_is_written_later_and_in_order_and_a_level_that_is_off_is_not()
    {
        GuardedLogger guard = _queue.Guard(_logger);
        MonitoringLog.AliveAgain(guard, default);
        InBandLog.BeatSent(guard, 7, default);
        SchedulingLog.OwnPause(guard, TimeSpan.FromSeconds(1));
        _logger.Entries.Should().BeEmpty();

        _queue.RunAll();

        _logger.Entries.Select(entry => entry.EventName).Should().Equal("AliveAgain", "OwnPause");
    }

    [Fact]
    public void What_a_blocked_logger_can_not_take_is_dropped_and_counted()
    {
        using CallThreadsQueue queue = new();
        int written = 0;
        MisbehavingLogger blocked = new()
        {
            InLog = () =>
            {
                if (Interlocked.Increment(ref written) == 1)
                {
                    queue.Block();
                }
            },
        };
        GuardedLogger guard = queue.Guard(blocked);
        MonitoringLog.AliveAgain(guard, default);
        queue.RunAll();

        for (int i = 0; i < GuardedLogger.MostWaiting + 5; i++)
        {
            MonitoringLog.AliveAgain(guard, default);
        }

        queue.RunAll();
        queue.Blocked.Should().Be(1, "one logger never holds more than one thread");
        queue.Dispose();
        written.Should().Be(1 + GuardedLogger.MostWaiting + 1, "the last line says how many were dropped");
    }

    [Fact]
    public void A_factory_is_asked_when_the_first_line_is_written_and_again_where_it_threw()
    {
        int asked = 0;
        FailingFactory factory = new(() => ++asked == 1 ? throw new ObjectDisposedException("factory") : _logger);
        GuardedLogger guard = _queue.Guard(factory, "Liveness");
        asked.Should().Be(0);

        MonitoringLog.AliveAgain(guard, default);
        MonitoringLog.AliveAgain(guard, default);
        _queue.RunAll();

        asked.Should().Be(2);
        _logger.Entries.Should().ContainSingle();
    }

    private sealed class FailingFactory(Func<ILogger> create) : ILoggerFactory
    {
        public void AddProvider(ILoggerProvider provider)
        {
        }

        public ILogger CreateLogger(string categoryName) => create();

        public void Dispose()
        {
        }
    }
}
