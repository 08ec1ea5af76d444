using System.Net.NetworkInformation;
using Liveness.KeepAlive;
using Liveness.Kernel;
using Liveness.Testing;
using Microsoft.Extensions.Logging;

namespace Liveness.Tests.Kernel;

/// <summary>The edge, on a clock and a work queue that only the test drives.</summary>
public sealed class SocketWatcherTests : IAsyncDisposable
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    private readonly ManualWorkQueue _queue = new();
    private readonly ManualTimeProvider _clock;
    private readonly ScriptedSocket _socket = new();
    private readonly RecordingLogger _logger = new();
    private readonly SocketWatcher _monitor;

    public SocketWatcherTests()
    {
        _clock = new ManualTimeProvider { WorkQueue = _queue };
        _monitor = new SocketWatcher(_socket, _socket.Shown, WatchRig.InForce(WatchRig.Bound), applied: null, _clock, _logger);
        _monitor.Begin();
    }

    [Fact]
    public void It_looks_every_second_and_every_quarter_of_one_while_something_is_unanswered()
    {
        Advance(10 * s_second);
        _socket.Reads.Should().BeInRange(10, 11);

        _socket.Shown = WatchRig.Linux(unacked: 1);
        Advance(s_second);
        int before = _socket.Reads;
        Advance(10 * s_second);
        (_socket.Reads - before).Should().BeInRange(40, 41);
    }

    [Fact]
    public void A_look_at_a_quiet_connection_posts_no_work()
    {
        Advance(5 * s_second, runWork: false);
        _queue.RunAll();
        int before = _socket.Reads;
        _clock.Advance(5 * s_second);

        _socket.Reads.Should().BeGreaterThan(before + 3);
        _queue.Count.Should().Be(0);
    }

    [Fact]
    public void It_is_alive_from_the_start_and_suspect_is_told_and_logged()
    {
        List<string> changes = [];
        _monitor.Monitor.State.Should().Be(LivenessState.Alive);
        _monitor.Monitor.StateChanged += (_, e) => changes.Add($"{e.OldState} -> {e.NewState}");
        _socket.Shown = WatchRig.Linux(4_000, probes: 2);
        Advance(2 * s_second);
        _socket.Shown = WatchRig.Linux(10);
        Advance(2 * s_second);

        changes.Should().Equal("Alive -> Suspect", "Suspect -> Alive");
        _logger.Entries.Select(entry => entry.EventName).Should().Equal("Suspect", "AliveAgain");
    }

    [Fact]
    public void A_loss_is_told_once_and_logged_once_and_nothing_is_looked_at_any_more()
    {
        List<ConnectionLoss> losses = [];
        _monitor.Monitor.ConnectionLost += (_, e) => losses.Add(e.Loss);
        _socket.Shown = WatchRig.Linux(10, segments: 3, state: TcpState.Closed);
        Advance(1.1 * s_second);
        int reads = _socket.Reads;
        Advance(10 * s_second);

        losses.Should().ContainSingle().Which.Should().BeOfType<ConnectionReset>().Which.Diagnosis.Should().Be(LossDiagnosis.PeerClosed);
        _monitor.Monitor.State.Should().Be(LivenessState.Lost);
        _monitor.Monitor.Loss.Should().BeSameAs(losses[0]);
        losses[0].ToString().Should().StartWith("ConnectionReset: the connection was reset; last byte heard 10 ms before");
        _socket.Reads.Should().Be(reads);
        _logger.Entries.Where(entry => entry.EventName == "ConnectionLost").Should().ContainSingle().Which.Level.Should().Be(LogLevel.Warning);
    }

    [Fact]
    public void An_end_that_the_application_meets_first_is_told_before_it_can_close_the_socket()
    {
        _socket.Shown = WatchRig.Linux(10, segments: 3, state: TcpState.Closed);
        _socket.ErrorIsPending = false;
        _monitor.LookNow();
        _socket.Reading = SocketReading.Gone;
        _monitor.LookNow();

        _monitor.Monitor.Loss.Should().BeOfType<ConnectionReset>();
    }

    [Fact]
    public void A_look_out_of_turn_at_a_living_connection_changes_nothing()
    {
        _monitor.LookNow();
        _socket.Shown = WatchRig.Linux(10, state: TcpState.CloseWait);
        _monitor.LookNow();

        _monitor.Monitor.State.Should().Be(LivenessState.Alive);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_socket_that_is_closed_when_the_time_of_the_kernel_is_up_is_a_loss_and_before_it_is_none(bool isUp)
    {
        Advance(s_second);
        _socket.Shown = WatchRig.Linux(isUp ? 5_980 : 4_000, probes: 4);
        Advance(1.1 * s_second);
        _socket.Reading = SocketReading.Gone;
        _socket.ErrorIsPending = false;
        Advance(0.3 * s_second);

        _monitor.Monitor.State.Should().Be(isUp ? LivenessState.Lost : LivenessState.Closed);
        _monitor.Monitor.Loss?.Should().BeOfType<KeepAliveTimedOut>();
    }

    /// <summary>It is looked at no more afterwards.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Who_ends_the_watching_of_a_connection_that_has_died_is_told_so(bool isReset)
    {
        Advance(s_second);
        _socket.Shown = WatchRig.Linux(5_980, probes: 4);
        Advance(1.1 * s_second);
        if (isReset)
        {
            _socket.Shown = WatchRig.Linux(5_900, probes: 4, segments: 3, state: TcpState.Closed);
        }
        else
        {
            _socket.Reading = SocketReading.Gone;
        }

        _socket.ErrorIsPending = false;
        _ = _monitor.DisposeAsync().AsTask();

        _monitor.Monitor.Loss.Should().BeOfType(isReset ? typeof(ConnectionReset) : typeof(KeepAliveTimedOut));
    }

    /// <summary>.NET disconnects a socket that is in use when it is disposed: a look that has just begun sees it closed.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_socket_that_its_owner_closes_while_its_end_is_judged_is_no_reset(bool isLookOutOfTurn)
    {
        Advance(s_second);
        _socket.Shown = WatchRig.Linux(10, state: TcpState.Closed);
        (_socket.ErrorIsPending, _socket.HandleIsClosed) = (false, true);
        if (isLookOutOfTurn)
        {
            _monitor.LookNow();
        }

        Advance(1.1 * s_second);

        (_monitor.Monitor.State, _monitor.Monitor.Loss).Should().Be((LivenessState.Closed, null));
    }

    [Fact]
    public void An_answer_that_came_late_does_not_undo_a_newer_one()
    {
        _socket.Shown = WatchRig.Linux(4_000, probes: 2);
        _monitor.LookNow();
        Thread newer = new(_monitor.LookNow);
        _socket.OnRead = () =>
        {
            _socket.OnRead = null;
            _socket.Shown = WatchRig.Linux(10, segments: 3);
            newer.Start();
            SpinWait.SpinUntil(() => (newer.ThreadState & (ThreadState.WaitSleepJoin | ThreadState.Stopped)) != 0, TimeSpan.FromMinutes(1)).Should().BeTrue();
        };
        _monitor.LookNow();
        newer.Join(TimeSpan.FromMinutes(1)).Should().BeTrue();

        _monitor.Monitor.State.Should().Be(LivenessState.Alive);
    }

    [Fact]
    public void The_close_of_the_peer_is_no_loss()
    {
        _socket.Shown = WatchRig.Linux(10, state: TcpState.CloseWait);
        Advance(1.1 * s_second);

        _monitor.Monitor.State.Should().Be(LivenessState.Closed);
        _monitor.Monitor.Completion.IsCompletedSuccessfully.Should().BeTrue();
        _monitor.Monitor.Loss.Should().BeNull();
    }

    [Fact]
    public void A_socket_that_its_owner_disposes_is_looked_at_on_the_pool_only()
    {
        Advance(s_second);
        int reads = _socket.Reads;
        _socket.IsConnected = false;
        _socket.Reading = SocketReading.Gone;
        Advance(1.1 * s_second, runWork: false);
        _socket.Reads.Should().Be(reads);
        _queue.RunAll();

        _monitor.Monitor.State.Should().Be(LivenessState.Closed);
    }

    [Fact]
    public void After_a_half_close_of_our_own_it_goes_on_watching()
    {
        _socket.IsConnected = false;
        _socket.Shown = WatchRig.Linux(10, state: TcpState.FinWait2);
        Advance(10 * s_second);
        _socket.Reads.Should().BeGreaterThan(8);
        _monitor.Monitor.State.Should().Be(LivenessState.Alive);
        _socket.Shown = WatchRig.Linux(10, segments: 3, state: TcpState.Closed);
        Advance(1.1 * s_second);

        _monitor.Monitor.Loss.Should().BeOfType<ConnectionReset>();
    }

    [Fact]
    public void A_socket_that_the_kernel_tells_nothing_of_has_died()
    {
        _socket.Reading = SocketReading.Refused;
        Advance(1.1 * s_second);

        _monitor.Monitor.Loss.Should().BeOfType<ConnectionReset>();
    }

    [Fact]
    public void The_local_network_is_asked_about_only_past_the_bound_and_one_that_is_down_is_a_loss()
    {
        _socket.LocalNetworkIsDown = true;
        _socket.Shown = WatchRig.Linux(5_000, probes: 3);
        Advance(0.5 * s_second);
        _socket.Gathered.Should().Be(0);
        _socket.Shown = WatchRig.Linux(6_000, probes: 4);
        Advance(1.1 * s_second);

        _socket.Gathered.Should().Be(1);
        _monitor.Monitor.Loss.Should().BeOfType<NetworkUnreachable>().Which.Diagnosis.Should().Be(LossDiagnosis.LocalNetworkDown);
    }

    [Fact]
    public void One_that_is_up_leaves_the_verdict_to_the_kernel()
    {
        _socket.LocalNetworkIsDown = false;
        _socket.Shown = WatchRig.Linux(6_000, probes: 4);
        Advance(1.1 * s_second);
        _socket.Gathered.Should().BePositive();
        _monitor.Monitor.State.Should().Be(LivenessState.Suspect);
        _socket.Shown = WatchRig.Linux(6_260, probes: 4, state: TcpState.Closed);
        Advance(0.3 * s_second);

        _monitor.Monitor.Loss.Should().BeOfType<KeepAliveTimedOut>().Which.Bound.Should().Be(WatchRig.Bound);
    }

    [Fact]
    public void The_snapshot_says_what_the_kernel_says()
    {
        _socket.Shown = WatchRig.Linux(300) with { RoundTrip = TimeSpan.FromMilliseconds(20), MinRoundTrip = TimeSpan.FromMilliseconds(12), BytesSent = 500, BytesRetransmitted = 100, BytesReceived = 7 };
        _clock.Advance(s_second);
        ConnectionSnapshot snapshot = _monitor.Monitor.GetSnapshot();

        snapshot.State.Should().Be(LivenessState.Alive);
        snapshot.Silence.Should().BeGreaterThanOrEqualTo(TimeSpan.FromMilliseconds(300)).And.BeLessThanOrEqualTo(TimeSpan.FromMilliseconds(1_300));
        snapshot.Bound.Should().Be(WatchRig.Bound);
        snapshot.RoundTrip.Should().Be(TimeSpan.FromMilliseconds(20));
        snapshot.MinRoundTrip.Should().Be(TimeSpan.FromMilliseconds(12));
        snapshot.BytesSent.Should().Be(400);
        snapshot.BytesReceived.Should().Be(7);
        _monitor.KeepAlive.Should().BeNull();
    }

    [Fact]
    public async Task It_cannot_probe()
    {
        _monitor.Monitor.CanProbe.Should().BeFalse();
        Func<Task> probe = async () => await _monitor.Monitor.ProbeAsync();
        await probe.Should().ThrowAsync<NotSupportedException>();
    }

    [Fact]
    public void When_the_local_network_changes_it_looks_at_once()
    {
        Advance(1.5 * s_second);
        for (int i = 1; i <= 10; i++)
        {
            int before = _socket.Reads;
            LivenessScheduler.For(_clock).NoteNetworkChange();
            Advance(SocketWatch.AttentiveInterval);
            _socket.Reads.Should().BeGreaterThan(before);
            Advance(s_second);
        }
    }

    [Fact]
    public async Task After_dispose_nothing_is_looked_at_and_nothing_is_told()
    {
        int events = 0;
        _monitor.Monitor.ConnectionLost += (_, _) => events++;
        Task disposed = _monitor.DisposeAsync().AsTask();
        _queue.RunAll();

        // The lines of the log are written in a lane of their own.
        await disposed.WaitAsync(TimeSpan.FromMinutes(1));
        int reads = _socket.Reads;
        _socket.Shown = WatchRig.Linux(10, segments: 3, state: TcpState.Closed);
        Advance(5 * s_second);

        _socket.Reads.Should().Be(reads);
        events.Should().Be(0);
        _monitor.Monitor.State.Should().Be(LivenessState.Closed);
        await _monitor.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public void A_dispose_while_a_loss_is_being_judged_ends_it_once()
    {
        _socket.Shown = WatchRig.Linux(10, segments: 3, state: TcpState.Closed);
        Advance(1.1 * s_second, runWork: false);
        _ = _monitor.DisposeAsync().AsTask();
        _queue.RunAll();
        Advance(2 * s_second);

        _monitor.Monitor.State.Should().Be(LivenessState.Lost);
    }

    public ValueTask DisposeAsync()
    {
        ValueTask disposed = _monitor.DisposeAsync();
        _queue.RunAll();
        return disposed;
    }

    private void Advance(TimeSpan by, bool runWork = true)
    {
        DateTimeOffset end = _clock.GetUtcNow() + by;
        while (_clock.NextTimerDue is { } due && due <= end)
        {
            _clock.AdvanceTo(due);
            if (runWork)
            {
                _queue.RunAll();
            }
        }

        _clock.AdvanceTo(end);
        if (runWork)
        {
            _queue.RunAll();
        }
    }
}
