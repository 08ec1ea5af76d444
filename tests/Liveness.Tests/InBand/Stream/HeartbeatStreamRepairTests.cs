using Liveness.KeepAlive;

namespace Liveness.Tests.InBand;

/// <summary>How fast lost segments are repeated follows the bound that is in force.</summary>
public sealed class HeartbeatStreamRepairTests
{
    [Fact]
    public void The_pace_is_looked_at_once_in_a_bound()
    {
        using ScriptedPair pair = new();
        pair.ClientTransport.RepairBounds.Clear();

        pair.Fixture.Advance(StreamFixture.T * 5);

        pair.ClientTransport.RepairBounds.Should().HaveCountGreaterThan(3).And.HaveCountLessThan(7).And.OnlyContain(bound => bound == StreamFixture.T);
    }

    [Fact]
    public void A_faster_bound_is_repaired_for_as_soon_as_it_holds()
    {
        TimeSpan slow = TimeSpan.FromSeconds(60);
        using ScriptedPair pair = new();
        Change(pair, slow);
        pair.Fixture.Advance(slow / 2);
        Change(pair, StreamFixture.T);
        pair.Fixture.Advance(slow / 4);

        pair.Client.Monitor.GetSnapshot().Bound.Should().Be(StreamFixture.T);
        pair.ClientTransport.RepairBounds.Should().Contain(slow).And.HaveElementAt(pair.ClientTransport.RepairBounds.Count - 1, StreamFixture.T);
        pair.ServerTransport.RepairBounds[^1].Should().Be(StreamFixture.T);
    }

    [Fact]
    public void A_connection_that_is_not_judged_any_more_gets_the_kernels_own_pace_at_once()
    {
        using ScriptedPair pair = new();
        Change(pair, Timeout.InfiniteTimeSpan);
        pair.Fixture.Advance(StreamFixture.T);

        pair.ClientTransport.RepairBounds[^1].Should().Be(TimeSpan.MaxValue);
        pair.ServerTransport.RepairBounds[^1].Should().Be(TimeSpan.MaxValue);
    }

    [Fact]
    public void Another_path_that_the_kernel_took_stands_in_the_snapshot()
    {
        using ScriptedPair pair = new();
        pair.Client.Monitor.GetSnapshot().PathChanges.Should().BeNull("nobody has looked");
        TcpInfoSnapshot kernel = new() { SegmentsSent = 5, SegmentsReceived = 5, SegmentsRetransmitted = 0, PathRehashes = 0, Retransmits = 0 };
        pair.ClientTransport.Kernel = kernel;
        pair.Fixture.Advance(StreamFixture.T * 2);
        pair.Client.Monitor.GetSnapshot().PathChanges.Should().Be(0);

        pair.ClientTransport.Kernel = kernel with { SegmentsRetransmitted = 2, PathRehashes = 2 };
        pair.Fixture.Advance(StreamFixture.T * 2);

        pair.Client.Monitor.GetSnapshot().PathChanges.Should().Be(2);
    }

    private static void Change(ScriptedPair pair, TimeSpan detectWithin)
    {
        pair.Client.ChangeDetectWithin(detectWithin);
        pair.Server.ChangeDetectWithin(detectWithin);
        pair.Fixture.Run();
    }
}
