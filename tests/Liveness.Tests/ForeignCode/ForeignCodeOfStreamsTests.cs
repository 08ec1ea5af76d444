namespace Liveness.Tests.ForeignCode;

/// <summary>Whatever code of others does where a heartbeat stream calls it: it ends nothing, and delays nothing but itself.</summary>
public sealed class ForeignCodeOfStreamsTests
{
    /// <summary>
    /// CloseTimeout for the close, for the last frame and for the dispose of a stream that never returns, and what a dispose allows a
    /// handler.
    /// </summary>
    private static readonly TimeSpan s_safety = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_longestDispose = (ForeignWorld.T * 3) + TimeSpan.FromSeconds(1);

    public static TheoryData<Point, Misbehaviour> All()
    {
        TheoryData<Point, Misbehaviour> all = [];
        foreach (Point point in Enum.GetValues<Point>())
        {
            foreach (Misbehaviour misbehaviour in Enum.GetValues<Misbehaviour>())
            {
                all.Add(point, misbehaviour);
            }
        }

        return all;
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_loss_is_told_to_everybody_else_and_costs_no_other_connection(Point point, Misbehaviour misbehaviour)
    {
        using ForeignWorld world = new(point, misbehaviour);
        Task<ConnectionLoss?> completion = world.Victim.Monitor.Completion;
        Task<int> read = world.Victim.ReadAsync(new byte[1]).AsTask();
        if (point == Point.MetricsOfBeats)
        {
            world.Advance(ForeignWorld.T);
        }

        world.Cut();

        // A close that was begun before the loss ends in its own time.
        world.Advance(misbehaviour == Misbehaviour.Disposes ? s_longestDispose : ForeignWorld.T * 1.2);

        world.Queue.Faults.Should().BeEmpty();
        world.Misbehaved.Should().BePositive("the point is on the way of a loss");
        completion.IsCompletedSuccessfully.Should().BeTrue();
        read.IsFaulted.Should().BeTrue();
        if (world.Victim.Monitor.Loss is not null)
        {
            ShouldBeToldToAll(world, point, misbehaviour);
        }
        else
        {
            misbehaviour.Should().Be(Misbehaviour.Disposes, "only who has disposed it before the loss keeps it from being told");
        }

        ShouldLive(world);
        ShouldClose(world, world.Victim);
        ShouldClose(world, world.Other);
        world.Queue.Faults.Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_close_ends_within_its_bound_and_no_handler_is_started_after_it(Point point, Misbehaviour misbehaviour)
    {
        using ForeignWorld world = new(point, misbehaviour);
        world.Advance(ForeignWorld.T);

        ShouldClose(world, world.Victim);
        int told = world.Told.Count;
        world.Advance(ForeignWorld.T);

        world.Told.Should().HaveCount(told);
        world.Victim.Monitor.Loss.Should().BeNull();
        world.Victim.Monitor.EndedToken.IsCancellationRequested.Should().BeTrue();
        ShouldLive(world);
        ShouldClose(world, world.Other);
        world.Queue.Faults.Should().BeEmpty();
    }

    private static void ShouldBeToldToAll(ForeignWorld world, Point point, Misbehaviour misbehaviour)
    {
        bool blocks = misbehaviour == Misbehaviour.Blocks;
        world.Victim.Monitor.LostToken.IsCancellationRequested.Should().BeTrue();
        world.Victim.Monitor.EndedToken.IsCancellationRequested.Should().BeTrue();
        string[] told = [.. world.Told.Distinct().Order(StringComparer.Ordinal)];
        string[] all = ["EndedToken", "LostToken", "handler"];
        told.Should().Equal(all.Except(!blocks ? [] : point switch
        {
            // Of one token the callbacks, and of one monitor the handlers, are called one after the other.
            Point.LostCallback => ["LostToken"],
            Point.EndedCallback => ["EndedToken"],
            Point.StateHandler or Point.LossHandler => ["handler"],
            _ => [],
        }));
        if (!world.LoggerIsThePoint)
        {
            world.Logger.Entries.Should().ContainSingle(entry => entry.EventName == "ConnectionLost");
            world.Logger.Entries.Should().NotContain(entry => entry.EventName == "WorkItemThrew", "that is for faults of ours");
        }

        if (misbehaviour == Misbehaviour.Disposes)
        {
            // A close that was under way, and that has nothing unconfirmed, needs no reset.
            (world.WasCutOff + world.WasLetGo).Should().BePositive();
        }
        else if (point != Point.StreamDispose)
        {
            world.WasCutOff.Should().Be(1);
        }
    }

    private static void ShouldLive(ForeignWorld world)
    {
        world.Other.Monitor.State.Should().Be(LivenessState.Alive);
        byte[] received = new byte[3];
        Task<int> reading = world.OtherPeer.ReadAsync(received).AsTask();
        Task writing = world.Other.WriteAsync(new byte[] { 1, 2, 3 }).AsTask();
        world.Queue.RunAll();
        writing.IsCompletedSuccessfully.Should().BeTrue();
        reading.IsCompletedSuccessfully.Should().BeTrue();
        received.Should().Equal(1, 2, 3);
    }

    private static void ShouldClose(ForeignWorld world, HeartbeatStream stream)
    {
        Task closing = stream.DisposeAsync().AsTask();
        Task closingOfPeer = (stream == world.Victim ? world.Peer : world.OtherPeer).DisposeAsync().AsTask();
        world.Advance(s_longestDispose);

        // What continues on the real thread pool may be late, though no time of the test's clock passes any more.
        SpinWait.SpinUntil(
            () =>
            {
                world.Queue.RunAll();
                return closing.IsCompleted && closingOfPeer.IsCompleted;
            },
            s_safety);
        closing.IsCompletedSuccessfully.Should().BeTrue("a close is bounded, whatever code of others does");
        closingOfPeer.IsCompletedSuccessfully.Should().BeTrue();
    }
}
