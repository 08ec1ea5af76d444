using Liveness.Tests.Support;

namespace Liveness.Tests.ProtocolPing;

/// <summary>What our own pool adds is taken off, and nothing waits for a look that nobody has planned.</summary>
public sealed class PingMachineDueTests
{
    [Fact]
    public void With_nothing_judged_a_ping_that_ran_out_of_its_own_time_does_not_stand_for_the_next_one()
    {
        PingRig rig = new(seconds: -1) { Returns = false };
        rig.Machine.RequestPing();
        rig.Tick(0);
        rig.Machine.OnPingFailed(new TimeoutException(), PingRig.At(100));

        rig.Machine.RequestPing();

        rig.Machine.CanPing.Should().BeTrue("perhaps the first one was never written, and nobody else asks again");
    }

    [Fact]
    public void One_that_was_written_and_is_unanswered_does()
    {
        PingRig rig = new(seconds: -1);
        rig.Machine.RequestPing();
        rig.Tick(0);

        rig.Machine.RequestPing();

        rig.Machine.CanPing.Should().BeFalse();
    }

    [Fact]
    public void A_pool_that_is_less_than_an_interval_behind_comes_off_the_silence_where_an_answer_can_hide()
    {
        PingRig rig = new() { Witness = new WitnessReading(null, HidesCompletedReads: true, ReadNotParsed: false) };
        rig.Run(0, 11_000);
        rig.PoolLag = TimeSpan.FromSeconds(2);

        rig.Run(11_000, 60_000).Should().Be(new Verdict(LossKind.HeartbeatTimedOut, 13_880));
    }

    [Fact]
    public void Where_it_cannot_hide_the_verdict_falls_in_time()
    {
        PingRig rig = new();
        rig.Run(0, 11_000);
        rig.PoolLag = TimeSpan.FromSeconds(2);

        rig.Run(11_000, 60_000).Should().Be(new Verdict(LossKind.HeartbeatTimedOut, 11_880));
    }

    [Fact]
    public void A_ping_whose_end_our_pool_has_not_seen_is_not_called_stuck()
    {
        PingRig rig = new() { Returns = false, PoolLag = TimeSpan.FromSeconds(4) };
        rig.Run(0, 11_000).Should().BeNull();

        rig.Machine.Conditions.Should().Be(ConnectionConditions.None);
    }

    [Fact]
    public void While_our_own_ping_is_held_up_nothing_is_judged()
    {
        PingRig rig = new();
        rig.Machine.RequestPing();
        rig.Machine.TakePing(PingRig.At(0));

        for (double now = 0; now < 60_000; now += 100)
        {
            rig.Machine.Tick(PingRig.At(now), rig.Health, rig).Loss.Should().BeNull();
        }

        rig.Machine.Conditions.Should().Be(ConnectionConditions.WeAreBehind);
        rig.Machine.AwaitsByte.Should().BeTrue("the next byte ends the condition");
        rig.Machine.OnPingBegins(PingRig.At(60_000), rig.Health);

        rig.Machine.Conditions.Should().Be(ConnectionConditions.None, "and so does the ping");
    }
}
