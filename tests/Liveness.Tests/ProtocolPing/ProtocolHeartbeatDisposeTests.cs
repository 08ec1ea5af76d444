using Liveness.ProtocolPing;

namespace Liveness.Tests.ProtocolPing;

public sealed class ProtocolHeartbeatDisposeTests
{
    private static readonly TimeSpan s_safety = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task It_is_closed_then_and_nothing_is_called_any_more()
    {
        PingFixture fixture = new();
        fixture.Advance(8);
        fixture.Monitor.State.Should().Be(LivenessState.Suspect);
        await fixture.DisposeAsync();
        fixture.Changes.Should().Equal("Alive -> Suspect", "Suspect -> Closed");
        int pings = fixture.Pings.Count;
        fixture.Heartbeat.ReportReceived(1);
        fixture.Heartbeat.ReportFailed(new IOException("late"));
        fixture.Advance(60);

        fixture.Losses.Should().BeEmpty();
        fixture.Pings.Should().HaveCount(pings);
        fixture.Changes.Should().HaveCount(2);
        fixture.Monitor.State.Should().Be(LivenessState.Closed);
        fixture.Monitor.GetSnapshot().State.Should().Be(LivenessState.Closed);
    }

    [Fact]
    public async Task A_ping_that_hangs_is_cancelled_and_not_waited_for()
    {
        PingFixture fixture = new();
        TaskCompletionSource never = new();
        fixture.OnPing = _ => new ValueTask(never.Task);
        fixture.Advance(4);
        fixture.Pings.Should().ContainSingle();
        await fixture.DisposeAsync();

        fixture.LastToken.IsCancellationRequested.Should().BeTrue();
        never.SetException(new IOException("late"));
        fixture.Advance(60);
        fixture.Losses.Should().BeEmpty();
        fixture.Logger.Entries.Should().NotContain(entry => entry.EventName == "PingFailed");
    }

    [Fact]
    public async Task A_ping_that_waits_for_the_pool_is_not_sent_after_it()
    {
        PingFixture fixture = new();
        fixture.Advance(5, runWork: false);
        fixture.Queue.Count.Should().BeGreaterThan(0);
        await fixture.DisposeAsync();

        fixture.Pings.Should().BeEmpty();
    }

    [Fact]
    public async Task What_a_callback_of_the_token_throws_is_logged()
    {
        PingFixture fixture = new();
        fixture.OnPing = token =>
        {
            token.Register(() => throw new InvalidOperationException("mine"));
            return ValueTask.CompletedTask;
        };
        fixture.Advance(4);
        await fixture.DisposeAsync();

        fixture.Logger.Entries.Should().ContainSingle(entry => entry.EventName == "HandlerThrew");
    }

    [Fact]
    public async Task After_a_loss_it_stays_lost_and_a_second_dispose_does_nothing()
    {
        PingFixture fixture = new();
        fixture.Advance(13);
        await fixture.DisposeAsync();
        await fixture.DisposeAsync();

        fixture.Monitor.State.Should().Be(LivenessState.Lost);
        fixture.Losses.Should().ContainSingle();
    }

    [Fact]
    public async Task It_may_be_disposed_from_its_own_handler_and_from_its_own_ping()
    {
        PingFixture fixture = new();
        Task? disposing = null;
        fixture.Monitor.ConnectionLost += (_, _) => disposing = fixture.Heartbeat.DisposeAsync().AsTask();
        fixture.Advance(13);
        await disposing!.WaitAsync(s_safety);

        PingFixture other = new();
        other.OnPing = _ => other.Heartbeat.DisposeAsync();
        other.Advance(20);
        other.Losses.Should().BeEmpty();
        other.Monitor.State.Should().Be(LivenessState.Closed);
    }

    /// <summary>On the system's clock and the real pool.</summary>
    [Fact]
    public async Task However_report_verdict_and_dispose_race_there_is_one_end()
    {
        for (int i = 0; i < 200; i++)
        {
            int losses = 0;
            int ends = 0;
            ProtocolHeartbeat heartbeat = ProtocolHeartbeat.Start(_ => ValueTask.CompletedTask);
            heartbeat.Monitor.ConnectionLost += (_, _) => Interlocked.Increment(ref losses);
            heartbeat.Monitor.StateChanged += (_, e) => Interlocked.Add(ref ends, e.NewState is LivenessState.Lost or LivenessState.Closed ? 1 : 0);
            using Barrier start = new(4);
            await Task.WhenAll(
                Race(start, () => heartbeat.ReportFailed(new IOException("x"))),
                Race(start, heartbeat.ReportClosed),
                Race(start, () => heartbeat.ReportReceived(1)),
                Race(start, () => heartbeat.Monitor.ProbeAsync().AsTask().ContinueWith(probe => _ = probe.Exception, TaskScheduler.Default))).WaitAsync(s_safety);
            await heartbeat.DisposeAsync().AsTask().WaitAsync(s_safety);

            ends.Should().Be(1);
            losses.Should().Be(heartbeat.Monitor.State == LivenessState.Lost ? 1 : 0);
        }
    }

    /// <summary>
    /// A byte that comes while the verdict is about to fall is never overlooked: either it was in time, or the verdict stood.
    /// </summary>
    [Fact]
    public async Task A_peer_that_answers_every_ping_is_never_lost_on_the_real_clock()
    {
        ProtocolHeartbeat[] heartbeats = new ProtocolHeartbeat[50];
        TaskCompletionSource enough = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int pings = 0;
        for (int i = 0; i < heartbeats.Length; i++)
        {
            int own = i;
            heartbeats[i] = ProtocolHeartbeat.Start(
                async _ =>
                {
                    await Task.Yield();
                    if (Interlocked.Increment(ref pings) == 1_000)
                    {
                        enough.SetResult();
                    }

                    Volatile.Read(ref heartbeats[own])?.ReportReceived(1);
                },
                new ProtocolHeartbeatOptions { DetectWithin = TimeSpan.FromMilliseconds(300), PingInterval = TimeSpan.FromMilliseconds(20) });
        }

        await enough.Task.WaitAsync(s_safety);
        foreach (ProtocolHeartbeat heartbeat in heartbeats)
        {
            heartbeat.Monitor.Loss.Should().BeNull();
            await heartbeat.DisposeAsync();
        }
    }

    private static Task Race(Barrier start, Action act) => Task.Factory.StartNew(
        () =>
        {
            start.SignalAndWait();
            act();
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);
}
