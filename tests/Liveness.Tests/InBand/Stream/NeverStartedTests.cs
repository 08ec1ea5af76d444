using System.Runtime.CompilerServices;
using Liveness.Diagnostics;
using Liveness.Testing;
using Microsoft.Extensions.Logging;

namespace Liveness.Tests.InBand;

/// <summary>
/// A stream that is made and never started does nothing at all: it says so once, is not counted, and is nobody's to keep.
/// </summary>
public sealed class NeverStartedTests
{
    private static readonly TimeSpan s_handshake = new HeartbeatOptions().HandshakeTimeout;
    private static readonly TimeSpan s_long = TimeSpan.FromHours(1);

    [Fact]
    public void It_says_so_once_when_a_handshake_would_have_failed()
    {
        using StreamFixture fixture = new();
        ConnectionMonitor[] monitors = [fixture.Client.Monitor, fixture.Server.Monitor];

        fixture.Advance(s_handshake - TimeSpan.FromMilliseconds(1));
        Told(fixture).Should().BeEmpty();
        fixture.Advance(TimeSpan.FromMilliseconds(1));
        Told(fixture).Should().HaveCount(2, "there are two streams").And.OnlyContain(entry => entry.Level == LogLevel.Warning && entry.Text.Contains("StartAsync"));
        fixture.Advance(s_long);

        Told(fixture).Should().HaveCount(2);
        monitors.Should().OnlyContain(monitor => monitor.State == LivenessState.Connecting);
    }

    [Fact]
    public void A_stream_that_is_started_or_disposed_says_nothing()
    {
        using StreamFixture fixture = new();
        Task starting = fixture.Client.StartAsync();
        fixture.AdvanceUntil(fixture.Server.DisposeAsync().AsTask(), s_long);

        fixture.Advance(s_long);

        Told(fixture).Should().BeEmpty();
        fixture.Failure(starting).Should().BeOfType<ConnectionLostException>();
    }

    [Fact]
    public void It_is_not_counted_as_active_before_it_is_started()
    {
        using MeterRecorder recorder = new();
        using StreamFixture fixture = new(new HeartbeatOptions { DetectWithin = StreamFixture.T, MeterFactory = recorder }, new HeartbeatOptions { DetectWithin = StreamFixture.T });
        fixture.Advance(s_long);
        recorder.All.Should().BeEmpty();

        _ = fixture.Client.StartAsync();
        _ = fixture.Server.StartAsync();
        fixture.Run();
        recorder[LivenessMeter.ActiveConnections].Select(one => one.Value).Should().Equal(1);
        fixture.AdvanceUntil(fixture.Client.DisposeAsync().AsTask(), s_long);
        fixture.Run();

        recorder[LivenessMeter.ActiveConnections].Select(one => one.Value).Should().Equal(1, -1);
        recorder[LivenessMeter.ConnectionDuration].Should().ContainSingle().Which.Value.Should().BeLessThan(60, "it counts from the start");
    }

    [Fact]
    public void One_that_is_disposed_without_having_been_started_is_not_measured()
    {
        using MeterRecorder recorder = new();
        using StreamFixture fixture = new(new HeartbeatOptions { DetectWithin = StreamFixture.T, MeterFactory = recorder });

        fixture.AdvanceUntil(fixture.Client.DisposeAsync().AsTask(), s_long);
        fixture.Run();

        recorder.All.Should().BeEmpty();
    }

    [Fact]
    public void It_can_be_collected()
    {
        ManualTimeProvider clock = new();
        RecordingLogger logger = new();
        WeakReference stream = Make(clock, logger);

        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        stream.IsAlive.Should().BeFalse();
        clock.Advance(s_long);
        logger.Entries.Should().BeEmpty();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Make(ManualTimeProvider clock, RecordingLogger logger) =>
        new(new HeartbeatStream(new BlockingStream(Stream.Null), new HeartbeatOptions { TimeProvider = clock, Logger = logger }));

    private static IEnumerable<RecordingLogger.Entry> Told(StreamFixture fixture) => fixture.Logger.Entries.Where(entry => entry.EventName == "NeverStarted");
}
