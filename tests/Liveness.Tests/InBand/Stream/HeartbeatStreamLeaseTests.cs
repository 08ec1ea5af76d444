namespace Liveness.Tests.InBand;

/// <summary>While the application's continuation runs, nobody receives, unless it takes too long.</summary>
public sealed class HeartbeatStreamLeaseTests
{
    /// <summary>But longer than the peer must wait between two beats.</summary>
    private static readonly TimeSpan s_lessThanALease = TimeSpan.FromMilliseconds(30);

    private static readonly TimeSpan s_safety = TimeSpan.FromSeconds(10);

    [Fact]
    public void A_continuation_that_blocks_for_ever_delays_the_answers_by_less_than_a_quarter_of_an_interval_and_loses_nothing()
    {
        using ScriptedPair pair = new();
        using BlockedReader reader = new(pair);

        Task<TimeSpan> probe = pair.Server.Monitor.ProbeAsync().AsTask();
        pair.Fixture.AdvanceUntil(probe, ScriptedPair.Interval / 4);
        long heard = pair.Client.Monitor.GetSnapshot().BeatsReceived!.Value;
        pair.Fixture.Advance(StreamFixture.T * 5);

        pair.Client.Monitor.GetSnapshot().BeatsReceived.Should().BeGreaterThan(heard + 15);
        (pair.Client.Monitor.State, pair.Server.Monitor.State).Should().Be((LivenessState.Alive, LivenessState.Alive));
        (pair.Client.Monitor.Loss, pair.Server.Monitor.Loss).Should().Be((null, null));
    }

    [Fact]
    public void A_continuation_that_comes_back_after_the_lease_reads_on_as_if_nothing_had_been()
    {
        using ScriptedPair pair = new();
        using BlockedReader reader = new(pair);
        pair.Fixture.Advance(StreamFixture.T);
        pair.Fixture.Result(pair.Server.WriteAsync(new byte[] { 2, 3 }));
        reader.Release();

        byte[] buffer = new byte[10];
        pair.Fixture.Result(pair.Client.ReadAsync(buffer)).Should().Be(2);
        buffer.Should().StartWith(new byte[] { 2, 3 });
        Task<int> waiting = pair.Client.ReadAsync(buffer).AsTask();
        pair.Fixture.Result(pair.Server.WriteAsync(new byte[] { 4 }));
        pair.Fixture.Result(waiting).Should().Be(1);
    }

    [Fact]
    public void An_application_that_never_reads_again_is_no_reason_to_stop_listening()
    {
        using ScriptedPair pair = new();
        Task<int> read = pair.Client.ReadAsync(new byte[10]).AsTask();
        pair.Fixture.Result(pair.Server.WriteAsync(new byte[10]));
        pair.Fixture.Result(read).Should().Be(10);
        pair.Fixture.Result(pair.Server.WriteAsync(new byte[10]));

        Task<TimeSpan> probe = pair.Server.Monitor.ProbeAsync().AsTask();
        pair.Fixture.AdvanceUntil(probe, s_lessThanALease);
        pair.Fixture.Result(probe).Should().Be(TimeSpan.Zero, "where the continuation has returned, the receiving goes on at once");
        pair.Fixture.Advance(StreamFixture.T * 5);

        (pair.Client.Monitor.State, pair.Server.Monitor.State).Should().Be((LivenessState.Alive, LivenessState.Alive));
    }

    /// <summary>Then nobody can read what waits in the kernel, but everybody can see that it does.</summary>
    [Fact]
    public void With_the_pool_starved_as_well_we_are_behind_and_judge_nobody_while_bytes_wait()
    {
        using ScriptedPair pair = new();
        pair.ClientTransport.Available = () => pair.Fixture.Link.TrafficToClient.BytesDelivered - pair.ClientTransport.Received;
        pair.ServerTransport.Available = () => pair.Fixture.Link.TrafficToServer.BytesDelivered - pair.ServerTransport.Received;
        using BlockedReader reader = new(pair);
        Starve(pair, StreamFixture.T * 1.6);

        foreach (HeartbeatStream stream in (HeartbeatStream[])[pair.Client, pair.Server])
        {
            stream.Monitor.Loss.Should().BeNull();
            stream.Monitor.State.Should().Be(LivenessState.Suspect);
            stream.Monitor.Conditions.Should().Be(ConnectionConditions.WeAreBehind);
        }

        pair.Fixture.Advance(StreamFixture.T * 2);
        (pair.Client.Monitor.State, pair.Client.Monitor.Conditions).Should().Be((LivenessState.Alive, ConnectionConditions.None));
        (pair.Server.Monitor.State, pair.Server.Monitor.Conditions).Should().Be((LivenessState.Alive, ConnectionConditions.None));
    }

    /// <summary>The scheduler's thread runs, the pool does not.</summary>
    private static void Starve(ScriptedPair pair, TimeSpan span)
    {
        DateTimeOffset end = pair.Fixture.Clock.GetUtcNow() + span;
        while (pair.Fixture.Clock.NextTimerDue is { } due && due <= end)
        {
            pair.Fixture.Clock.AdvanceTo(due);
        }

        pair.Fixture.Clock.AdvanceTo(end);
    }

    /// <summary>The client's application got a byte on a thread of its own, and has not come back since.</summary>
    private sealed class BlockedReader : IDisposable
    {
        private readonly ManualResetEventSlim _released = new();
        private readonly Thread _thread;

        public BlockedReader(ScriptedPair pair)
        {
            using ManualResetEventSlim entered = new();
            _ = ReadAsync(pair.Client, entered);
            pair.Server.WriteAsync(new byte[] { 1 }).AsTask().IsCompletedSuccessfully.Should().BeTrue();
            _thread = new Thread(() => pair.Fixture.Queue.RunOne());
            _thread.Start();
            entered.Wait(s_safety).Should().BeTrue();
        }

        public void Release()
        {
            _released.Set();
            _thread.Join(s_safety).Should().BeTrue();
        }

        public void Dispose()
        {
            Release();
            _released.Dispose();
        }

        private async Task ReadAsync(HeartbeatStream stream, ManualResetEventSlim entered)
        {
            int count = await stream.ReadAsync(new byte[10]).ConfigureAwait(false);
            entered.Set();
            _released.Wait(s_safety).Should().BeTrue();
            count.Should().Be(1);
        }
    }
}
