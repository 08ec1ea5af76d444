using Liveness.Diagnostics;
using Liveness.Tests.InBand;
using Microsoft.Extensions.Logging;

namespace Liveness.Tests;

/// <summary>What a listener sees of heartbeat streams, on a clock that only the test drives.</summary>
public sealed class StreamMetricsTests
{
    private const string Tags = "liveness.connection.name=devices liveness.mode=in_band";

    private static readonly TimeSpan s_long = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_delay = TimeSpan.FromMilliseconds(20);

    [Fact]
    public void A_cut_cable_is_one_loss_with_its_reason_and_the_time_that_it_took()
    {
        using MeterRecorder recorder = new();
        using StreamFixture fixture = StreamFixture.Opened(Measured(recorder));
        recorder[LivenessMeter.ActiveConnections].Should().ContainSingle().Which.Should().Match<MeterRecorder.Measured>(one => one.Value == 1 && one.TagText == Tags);
        fixture.Advance(s_long);

        fixture.Link.Cut();
        fixture.AdvanceUntil(fixture.Client.Monitor.Completion, s_long);
        fixture.Advance(s_long);

        ConnectionLoss loss = fixture.Client.Monitor.Loss!;
        loss.Should().BeOfType<HeartbeatTimedOut>();
        recorder[LivenessMeter.ActiveConnections].Select(one => one.Value).Should().Equal(1, -1);
        recorder[LivenessMeter.ActiveConnections].Should().OnlyContain(one => one.TagText == Tags);
        MeterRecorder.Measured lost = recorder[LivenessMeter.ConnectionLosses].Should().ContainSingle().Subject;
        (lost.Value, lost.TagText).Should().Be((1, $"error.type=heartbeat_timed_out {Tags.Replace(" ", " liveness.diagnosis=peer_host_or_path_dead ")}"));
        MeterRecorder.Measured detection = recorder[LivenessMeter.LossDetectionDuration].Should().ContainSingle().Subject;
        (detection.Value, detection.TagText).Should().Be((loss.Silence.TotalSeconds, $"error.type=heartbeat_timed_out {Tags}"));
        detection.Value.Should().BeInRange(0.7 * StreamFixture.T.TotalSeconds, StreamFixture.T.TotalSeconds);
        MeterRecorder.Measured duration = recorder[LivenessMeter.ConnectionDuration].Should().ContainSingle().Subject;
        duration.TagText.Should().Be($"error.type=heartbeat_timed_out {Tags}");
        duration.Value.Should().BeInRange(60 + (0.7 * StreamFixture.T.TotalSeconds), 60 + StreamFixture.T.TotalSeconds);
        recorder[LivenessMeter.HeartbeatProbes].Sum(one => one.Value).Should().Be(fixture.Client.Monitor.GetSnapshot().ProbesSent).And.BePositive();
    }

    [Fact]
    public void An_orderly_close_is_a_duration_without_a_reason_and_no_loss()
    {
        using MeterRecorder recorder = new();
        using StreamFixture fixture = StreamFixture.Opened(Measured(recorder));
        fixture.Advance(s_long);

        fixture.AdvanceUntil(Task.WhenAll(fixture.Client.DisposeAsync().AsTask(), fixture.Server.DisposeAsync().AsTask()), s_long);
        fixture.Advance(s_long);

        recorder[LivenessMeter.ConnectionDuration].Should().ContainSingle().Which.Should().Match<MeterRecorder.Measured>(one => one.Value >= 60 && one.Value < 61 && one.TagText == Tags);
        recorder[LivenessMeter.ActiveConnections].Select(one => one.Value).Should().Equal(1, -1);
        recorder[LivenessMeter.ConnectionLosses].Should().BeEmpty();
        recorder[LivenessMeter.LossDetectionDuration].Should().BeEmpty();
    }

    [Fact]
    public void Round_trips_are_measured_as_the_snapshot_shows_them()
    {
        using MeterRecorder recorder = new();
        using StreamFixture fixture = StreamFixture.Opened(Measured(recorder));
        fixture.Link.ToServer.Delay = fixture.Link.ToClient.Delay = s_delay;
        fixture.Advance(StreamFixture.T);
        int before = recorder[LivenessMeter.HeartbeatRoundTripDuration].Length;
        fixture.Advance(s_long);

        MeterRecorder.Measured[] measured = recorder[LivenessMeter.HeartbeatRoundTripDuration][before..];
        measured.Length.Should().BeGreaterThan(100);
        measured.Should().OnlyContain(one => one.TagText == Tags && one.Value >= 2 * s_delay.TotalSeconds && one.Value < 3 * s_delay.TotalSeconds);
        measured[^1].Value.Should().Be(fixture.Client.Monitor.GetSnapshot().RoundTrip!.Value.TotalSeconds);
    }

    [Fact]
    public void A_probe_that_the_application_asks_for_is_counted_with_its_answer()
    {
        using MeterRecorder recorder = new();
        using StreamFixture fixture = StreamFixture.Opened(Measured(recorder));
        fixture.AdvanceUntil(fixture.Client.Monitor.ProbeAsync().AsTask(), StreamFixture.T);
        fixture.AdvanceUntil(fixture.Client.Monitor.ProbeAsync().AsTask(), StreamFixture.T);

        recorder[LivenessMeter.HeartbeatProbes].Should().HaveCount(2).And.OnlyContain(one => one.Value == 1 && one.TagText == Tags);
    }

    [Fact]
    public void A_listener_that_throws_breaks_nothing()
    {
        using MeterRecorder recorder = new() { Failure = name => throw new InvalidOperationException($"{name} can't be stored") };
        using MeterRecorder other = new();
        HashSet<string> failed = [];
        using StreamFixture fixture = StreamFixture.Opened(Measured(recorder));
        using MeterRecorder later = new();
        using StreamFixture second = StreamFixture.Opened(Measured(later));
        later.Failure = name =>
        {
            failed.Add(name);
            throw new InvalidOperationException($"{name} can't be stored");
        };
        List<ConnectionLoss> told = [];
        second.Client.Monitor.ConnectionLost += (_, e) => told.Add(e.Loss);
        second.AdvanceUntil(second.Client.Monitor.ProbeAsync().AsTask(), StreamFixture.T);
        second.Advance(s_long);
        second.Client.Monitor.State.Should().Be(LivenessState.Alive);

        second.Link.Cut();
        second.AdvanceUntil(second.Client.Monitor.Completion, s_long);
        second.Run();

        told.Should().ContainSingle();
        second.Logger.Entries.Should().Contain(entry => entry.EventName == "ConnectionLost");
        failed.Should().BeEquivalentTo([
            LivenessMeter.ActiveConnections, LivenessMeter.ConnectionDuration, LivenessMeter.ConnectionLosses,
            LivenessMeter.HeartbeatRoundTripDuration, LivenessMeter.HeartbeatProbes, LivenessMeter.LossDetectionDuration]);
        fixture.Advance(s_long);
        fixture.Client.Monitor.State.Should().Be(LivenessState.Alive, "an instrument that could not even be published is done without");
        other.All.Should().BeEmpty();
    }

    [Fact]
    public void A_factory_that_is_disposed_already_breaks_nothing()
    {
        using StreamFixture fixture = StreamFixture.Opened(new HeartbeatOptions { DetectWithin = StreamFixture.T, MeterFactory = new DisposedFactory() });
        fixture.Advance(s_long);

        fixture.Client.Monitor.State.Should().Be(LivenessState.Alive);
    }

    [Fact]
    public void Who_listens_later_sees_whole_durations_but_no_end_of_what_was_not_counted()
    {
        using MeterRecorder recorder = new(listens: false);
        using StreamFixture fixture = StreamFixture.Opened(Measured(recorder));
        fixture.AdvanceUntil(fixture.Client.Monitor.ProbeAsync().AsTask(), StreamFixture.T);
        fixture.Advance(s_long);
        recorder.All.Should().BeEmpty();

        recorder.Listen();
        fixture.AdvanceUntil(fixture.Client.DisposeAsync().AsTask(), s_long);
        fixture.Run();

        recorder[LivenessMeter.ActiveConnections].Should().BeEmpty();
        recorder[LivenessMeter.HeartbeatProbes].Should().BeEmpty("the probe was sent before anybody listened");
        recorder[LivenessMeter.ConnectionDuration].Should().ContainSingle().Which.Value.Should().BeGreaterThanOrEqualTo(60);
    }

    [Fact]
    public void Two_factories_hear_of_their_own_connections_only()
    {
        using MeterRecorder left = new();
        using MeterRecorder right = new();
        using StreamFixture fixture = StreamFixture.Opened(Measured(left), new HeartbeatOptions { DetectWithin = StreamFixture.T, MeterFactory = right });
        fixture.AdvanceUntil(fixture.Client.Monitor.ProbeAsync().AsTask(), StreamFixture.T);
        fixture.Advance(StreamFixture.T);

        left.All.Should().NotBeEmpty().And.OnlyContain(one => one.TagText == Tags);
        right.All.Should().NotBeEmpty().And.OnlyContain(one => one.TagText == "liveness.mode=in_band", "it has no name");
        left[LivenessMeter.HeartbeatProbes].Should().ContainSingle();
        right[LivenessMeter.HeartbeatProbes].Should().BeEmpty("a probe is counted by the end that sends it");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_is_measured_of_a_beat_allocates_nothing(bool listens)
    {
        using MeterRecorder recorder = new(listens: false);
        using StreamFixture fixture = StreamFixture.Opened(Measured(recorder));
        using System.Diagnostics.Metrics.MeterListener silent = new();
        int heard = 0;
        silent.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == recorder)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        silent.SetMeasurementEventCallback<double>((_, _, _, _) => heard++);
        if (listens)
        {
            silent.Start();
        }

        fixture.Advance(StreamFixture.T);

        // Listeners have a lane of their own: what waits for it has to grow once.
        NoteBeats(fixture);
        fixture.Run();
        heard = 0;
        long before = GC.GetAllocatedBytesForCurrentThread();
        NoteBeats(fixture);

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
        fixture.Run();
        heard.Should().Be(listens ? 1000 : 0);
    }

    [Fact]
    public void Beats_are_traced_where_the_logger_wants_that()
    {
        using StreamFixture fixture = new();
        fixture.Logger.Least = LogLevel.Trace;
        Task[] started = [fixture.Client.StartAsync(), fixture.Server.StartAsync()];
        Array.ForEach(started, fixture.Result);
        fixture.Advance(StreamFixture.T);

        RecordingLogger.Entry[] beats = [.. fixture.Logger.Entries.Where(entry => entry.EventName is "BeatSent" or "BeatReceived")];
        beats.Select(beat => beat.EventName).Distinct().Should().HaveCount(2);
        beats.Should().OnlyContain(beat => beat.Level == LogLevel.Trace);
        ConnectionSnapshot client = fixture.Client.Monitor.GetSnapshot();
        ConnectionSnapshot server = fixture.Server.Monitor.GetSnapshot();
        long sent = (client.BeatsSent + server.BeatsSent)!.Value;
        beats.Count(beat => beat.EventName == "BeatSent").Should().BeInRange((int)sent - 2, (int)sent, "only those may be missing that left before the logger was asked");
        string[] numbers = [.. beats.Where(beat => beat.EventName == "BeatSent").Select(beat => beat.Text.Split(' ')[1])];
        numbers.Should().OnlyHaveUniqueItems();
        beats.Where(beat => beat.EventName == "BeatReceived").Select(beat => beat.Text.Split(' ')[1]).Skip(2).Should().BeSubsetOf(numbers);
    }

    [Fact]
    public void A_logger_that_wants_no_traces_is_given_none_and_no_work_is_posted_for_them()
    {
        using StreamFixture fixture = StreamFixture.Opened();
        fixture.Advance(StreamFixture.T);
        fixture.Client.Connection.Observer.NoteBeats(fixture.Client.Connection, SessionSignals.BeatReceived | SessionSignals.BeatSent);

        fixture.Queue.Count.Should().Be(0);
        fixture.Logger.Entries.Should().BeEmpty();
    }

    [Fact]
    public void The_log_line_of_a_loss_names_the_connection()
    {
        using MeterRecorder recorder = new();
        using StreamFixture fixture = StreamFixture.Opened(Measured(recorder));

        fixture.Link.Cut();
        fixture.AdvanceUntil(fixture.Client.Monitor.Completion, s_long);
        fixture.Advance(s_long);

        fixture.Logger.Entries.Should().ContainSingle(entry => entry.EventName == "ConnectionLost" && entry.Text.EndsWith(", name devices]"));
    }

    private static HeartbeatOptions Measured(MeterRecorder recorder) => new() { DetectWithin = StreamFixture.T, MeterFactory = recorder, Name = "devices" };

    private sealed class DisposedFactory : System.Diagnostics.Metrics.IMeterFactory
    {
        public System.Diagnostics.Metrics.Meter Create(System.Diagnostics.Metrics.MeterOptions options) => throw new ObjectDisposedException(nameof(DisposedFactory));

        public void Dispose()
        {
        }
    }

    private static void NoteBeats(StreamFixture fixture)
    {
        for (int i = 0; i < 1000; i++)
        {
            fixture.Client.Connection.Observer.NoteBeats(fixture.Client.Connection, SessionSignals.BeatReceived | SessionSignals.RoundTripMeasured);
            fixture.Client.Connection.Observer.NoteBeats(fixture.Client.Connection, SessionSignals.BeatSent);
        }
    }
}
