using System.Diagnostics.Metrics;
using Liveness.Diagnostics;
using Liveness.Testing;
using Microsoft.Extensions.Logging;

namespace Liveness.Tests.Scheduling;

/// <summary>Pauses of this process: measured once, and told once to every logger.</summary>
public sealed class OwnPauseTests
{
    private static readonly TimeSpan s_safety = TimeSpan.FromSeconds(10);

    [Fact]
    public void Every_logger_is_told_once_however_many_connections_share_it()
    {
        ManualWorkQueue queue = new();
        ManualTimeProvider clock = new() { WorkQueue = queue };
        LivenessScheduler scheduler = LivenessScheduler.For(clock);
        RecordingLogger shared = new();
        RecordingLogger other = new();
        foreach (ILogger logger in new ILogger[] { shared, shared, other, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance })
        {
            LoggingEntry entry = new(logger);
            scheduler.Register(entry, TimeSpan.FromMilliseconds(100));
            scheduler.Schedule(entry, scheduler.Now + TimeSpan.FromSeconds(1));
        }

        Execute(new PauseReport(scheduler, PauseReport.Logged));
        Execute(new PauseReport(scheduler, PauseReport.Logged - TimeSpan.FromTicks(1)));
        queue.RunAll();

        shared.Entries.Should().ContainSingle().Which.Should().Match<RecordingLogger.Entry>(entry =>
            entry.EventName == "OwnPause" && entry.Level == LogLevel.Information && entry.Text.Contains("00:00:00.2500000"));
        other.Entries.Should().ContainSingle();
    }

    [Fact]
    public void Loggers_of_their_own_for_thousands_of_connections_are_not_all_told()
    {
        ManualWorkQueue queue = new();
        ManualTimeProvider clock = new() { WorkQueue = queue };
        LivenessScheduler scheduler = LivenessScheduler.For(clock);
        RecordingLogger[] loggers = [.. Enumerable.Range(0, 100).Select(_ => new RecordingLogger())];
        foreach (RecordingLogger logger in loggers)
        {
            LoggingEntry entry = new(logger);
            scheduler.Register(entry, TimeSpan.FromMilliseconds(100));
            scheduler.Schedule(entry, scheduler.Now + TimeSpan.FromSeconds(1));
        }

        Execute(new PauseReport(scheduler, TimeSpan.FromSeconds(3)));
        queue.RunAll();

        loggers.Sum(logger => logger.Entries.Count).Should().Be(8);
    }

    [Fact]
    public async Task The_wheel_that_runs_late_reports_how_late_it_was()
    {
        // A length that no real pause of another test has.
        TimeSpan pause = TimeSpan.FromTicks(TimeSpan.FromDays(2).Ticks + 1_234_567);
        JumpingClock clock = new();
        ThreadScheduler scheduler = new(clock, TimeSpan.Zero);
        RecordingLogger logger = new();
        TaskCompletionSource<double> measured = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name == LivenessMeter.LocalStallDuration)
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<double>((_, value, tags, _) =>
        {
            if (value >= pause.TotalSeconds && value < pause.TotalSeconds + 60 && tags.IsEmpty)
            {
                measured.TrySetResult(value);
            }
        });
        listener.Start();
        bool jumped = false;
        LoggingEntry entry = new(logger, () =>
        {
            if (!jumped)
            {
                jumped = true;
                clock.Jump(pause);
            }
        });
        scheduler.Register(entry, TimeSpan.FromMilliseconds(100));
        scheduler.Schedule(entry, scheduler.Now);

        await measured.Task.WaitAsync(s_safety);
        SpinWait.SpinUntil(() => logger.Entries.Count > 0, s_safety).Should().BeTrue();

        logger.Entries.Should().Contain(line => line.EventName == "OwnPause" && line.Text.Contains(" 2.00:00:00"));
        scheduler.Pauses.LongestSince(new Instant(0)).Should().BeGreaterThanOrEqualTo(pause);
        scheduler.Unregister(entry);
    }

    private static void Execute(IThreadPoolWorkItem item) => item.Execute();

    private sealed class LoggingEntry(ILogger logger, Action? onDue = null) : SchedulerEntry
    {
        public override ILogger Logger => logger;

        public override Instant OnDue(Instant now)
        {
            onDue?.Invoke();
            return now + TimeSpan.FromMilliseconds(50);
        }
    }

    /// <summary>The system's clock, with time in it in which nothing of this process ran.</summary>
    private sealed class JumpingClock : TimeProvider
    {
        private long _skipped;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Jump(TimeSpan by) => Interlocked.Add(ref _skipped, by.Ticks);

        public override long GetTimestamp() => System.GetElapsedTime(0).Ticks + Interlocked.Read(ref _skipped);
    }
}
