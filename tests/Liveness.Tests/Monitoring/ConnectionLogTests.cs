using Liveness.Testing;
using Microsoft.Extensions.Logging;

namespace Liveness.Tests.Monitoring;

/// <summary>A storm is a line, and what is held is told on time.</summary>
public sealed class ConnectionLogTests
{
    private readonly ManualWorkQueue _queue = new();
    private readonly ManualTimeProvider _clock;
    private readonly RecordingLogger _logger = new();
    private readonly ConnectionLog _log;

    public ConnectionLogTests()
    {
        _clock = new ManualTimeProvider { WorkQueue = _queue };
        LivenessScheduler scheduler = LivenessScheduler.For(_clock);
        _log = ConnectionLog.Of(scheduler.TimeProvider, scheduler.Guard(_logger));
    }

    private IEnumerable<RecordingLogger.Entry> Told => _logger.Entries.Where(static entry => entry.Level > LogLevel.Debug);

    [Fact]
    public void A_storm_is_ten_lines_and_one_that_says_how_many_and_of_what_and_the_others_are_at_debug()
    {
        Lose(1_240, "devices", TimeSpan.FromTicks(3_200));
        Advance(TimeSpan.FromSeconds(2));

        Told.Select(static entry => entry.EventName).Should().Equal(Enumerable.Repeat("ConnectionLost", 10).Append("ConnectionsLost"));
        Told.Last().Level.Should().Be(LogLevel.Warning);
        Told.Last().Text.Should().Be(
            "1,240 connections of devices lost within 0.3 s, all PeerClosed: one cause? 1,230 of them are told at Debug only [diagnosis PeerClosed, "
            + "certainty Likely, error.type connection_reset, first remote 10.0.0.1:1, last remote 10.0.0.1:1240]");
        _logger.Entries.Count(static entry => entry is { EventName: "LossDetail", Level: LogLevel.Debug }).Should().Be(1_230, "none is dropped");
        _logger.Entries.Should().NotContain(static entry => entry.EventName == "LinesDropped");
    }

    [Fact]
    public void Where_debug_is_off_nothing_of_it_is_kept()
    {
        _logger.Least = LogLevel.Information;
        Lose(20, "devices", TimeSpan.Zero);
        _queue.RunAll();

        Lose(5, "devices", TimeSpan.Zero);
        _queue.Count.Should().Be(0, "the level is off, as was answered: nothing is made for it");
        Advance(TimeSpan.FromSeconds(2));

        Told.Last().Text.Should().StartWith("25 connections of devices lost");
    }

    [Fact]
    public void Names_are_told_apart_and_of_several_diagnoses_each_has_its_number()
    {
        Lose(30, "devices", TimeSpan.Zero);
        Lose(9, "printers", TimeSpan.Zero);
        Lose(12, "devices", TimeSpan.Zero, LossKind.HeartbeatTimedOut);
        Advance(TimeSpan.FromSeconds(2));

        Told.Count(static entry => entry.EventName == "ConnectionLost").Should().Be(19);
        Told.Where(static entry => entry.EventName == "ConnectionsLost").Should().ContainSingle()
            .Which.Text.Should().Contain("42 connections of devices").And.MatchRegex(@"\w+ 30, \w+ 12: one cause\?")
            .And.NotContain("(null)");
    }

    [Fact]
    public void What_is_held_is_told_when_its_owner_goes_and_not_again()
    {
        Lose(12, null, TimeSpan.Zero);
        _log.TellNow();
        _queue.RunAll();
        Told.Last().Text.Should().StartWith("12 connections lost within 0.0 s");

        Advance(TimeSpan.FromMinutes(1));
        Told.Count(static entry => entry.EventName == "ConnectionsLost").Should().Be(1);
    }

    [Fact]
    public void Strangers_are_five_lines_and_one_a_minute()
    {
        ConnectionLoss loss = LossFactory.Create(Observations.Of(LossKind.HandshakeFailed), DateTimeOffset.UnixEpoch);
        for (int i = 0; i < 3_000; i++)
        {
            _log.Lost(loss, new ConnectionLabel($"10.0.{i % 3}.1:{i}", null, "devices", null));
        }

        _queue.RunAll();
        Told.Select(static entry => entry.EventName).Should().Equal(Enumerable.Repeat("HandshakeLost", 5));
        Advance(TimeSpan.FromSeconds(61));

        Told.Last().EventName.Should().Be("Strangers");
        Told.Last().Level.Should().Be(LogLevel.Information);
        Told.Last().Text.Should().Contain("3,000 connections of devices did not come about")
            .And.Contain("handshake_failed").And.Contain("10.0.0.1 1,000, 10.0.1.1 1,000, 10.0.2.1 1,000");
        _logger.Entries.Count(static entry => entry.EventName == "HandshakeLostDetail").Should().Be(2_995);
    }

    /// <summary>Whoever only looks whether the port is open leaves before a word is said.</summary>
    [Fact]
    public void A_peer_that_is_gone_before_it_has_introduced_itself_is_a_stranger_and_no_loss_to_be_woken_by()
    {
        ConnectionLoss loss = LossFactory.Create(
            Observations.Of(LossKind.ConnectionReset, new LossEvidence { BytesReceived = 0 }), DateTimeOffset.UnixEpoch);

        _log.Lost(loss, new ConnectionLabel("10.0.0.1:1", null, "devices", null));
        _queue.RunAll();

        Told.Select(static entry => (entry.Level, entry.EventName)).Should().Equal((LogLevel.Information, "HandshakeLost"));
    }

    [Fact]
    public void A_suspicion_says_how_many_beats_are_missing_and_a_recovery_follows_it()
    {
        MonitorFixture fixture = new();
        fixture.Monitor.OwnId = "meter 7";
        Suspect(fixture.Monitor);
        _log.AliveAgain(fixture.Monitor);
        _queue.RunAll();

        Told.Select(static entry => (entry.Level, entry.Text)).Should().Equal(
            (LogLevel.Information, "Suspect: nothing heard for 00:00:01.7000000 of 00:00:03, 2 beats missing; probing [own id meter 7]"),
            (LogLevel.Information, "Alive again [own id meter 7]"));
    }

    [Fact]
    public void A_connection_that_goes_to_and_fro_is_told_of_once_a_minute()
    {
        MonitorFixture fixture = new();
        for (int i = 0; i < 40; i++)
        {
            Suspect(fixture.Monitor);
            _log.AliveAgain(fixture.Monitor);
            Advance(TimeSpan.FromSeconds(2));
        }

        Told.Select(static entry => entry.EventName).Should().Equal("Suspect", "AliveAgain", "Suspect", "AliveAgain");
        Told.ElementAt(2).Text.Should().Contain("[untold before 29]");
        _logger.Entries.Count(static entry => entry.EventName is "SuspectDetail" or "AliveAgainDetail").Should().Be(76);
    }

    [Fact]
    public void Many_suspicions_at_once_are_ten_lines_and_one()
    {
        MonitorFixture[] all = [.. Enumerable.Range(0, 50).Select(static _ => new MonitorFixture())];
        Array.ForEach(all, fixture => Suspect(fixture.Monitor));
        Advance(TimeSpan.FromSeconds(2));
        Array.ForEach(all, fixture => _log.AliveAgain(fixture.Monitor));
        _queue.RunAll();

        Told.Select(static entry => entry.EventName).Should().Equal(
            Enumerable.Repeat("Suspect", 10).Append("ConnectionsSuspect").Concat(Enumerable.Repeat("AliveAgain", 10)));
        Told.ElementAt(10).Text.Should().Be("50 connections suspect within 0.0 s: nothing is heard of them. 40 of them are told at Debug only");
    }

    [Fact]
    public void A_clock_that_never_moves_on_is_not_kept_alive_by_what_it_holds()
    {
        WeakReference clock = HoldOnAClockOfItsOwn();

        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        clock.IsAlive.Should().BeFalse();
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static WeakReference HoldOnAClockOfItsOwn()
    {
        ManualTimeProvider clock = new() { WorkQueue = new ManualWorkQueue() };
        LivenessScheduler scheduler = LivenessScheduler.For(clock);
        ConnectionLog log = ConnectionLog.Of(scheduler.TimeProvider, scheduler.Guard(new RecordingLogger()));
        for (int i = 0; i < 12; i++)
        {
            log.Lost(MonitorFixture.NewLoss(), new ConnectionLabel(null, i, null, null));
        }

        return new WeakReference(clock);
    }

    private void Suspect(ConnectionMonitor monitor) => _log.Suspect(monitor, new ConnectionSnapshot
    {
        State = LivenessState.Suspect,
        Silence = TimeSpan.FromSeconds(1.7),
        Bound = TimeSpan.FromSeconds(3),
        ReceiveInterval = TimeSpan.FromSeconds(0.75),
    });

    private void Lose(int count, string? name, TimeSpan apart, LossKind kind = LossKind.ConnectionReset)
    {
        for (int i = 1; i <= count; i++)
        {
            _log.Lost(MonitorFixture.NewLoss(kind), new ConnectionLabel(name is null ? null : $"10.0.0.1:{i}", i, name, null));
            _clock.Advance(apart);
        }
    }

    private void Advance(TimeSpan time)
    {
        _queue.RunAll();
        _clock.Advance(time);
        _queue.RunAll();
    }
}
