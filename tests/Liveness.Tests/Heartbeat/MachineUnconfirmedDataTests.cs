using Liveness.Tests.Support;

namespace Liveness.Tests.Heartbeat;

/// <summary>A peer that is heard and does not get what we write: worth a word before the way out can be judged.</summary>
public class MachineUnconfirmedDataTests
{
    [Fact]
    public void Data_that_waits_unconfirmed_while_the_peer_is_heard_is_told_after_half_of_the_bound_and_woken_for_at_that_time()
    {
        MachineRig rig = Connected();
        Send(rig, 1_000);
        Beats(rig, 1_100, 2_500);
        rig.Hear(2_900);

        rig.NextWake(2_900).Should().BeLessThanOrEqualTo(3_000);
        rig.TickAndSendIfDue(2_999);
        rig.Machine.Conditions.Should().Be(ConnectionConditions.None);
        rig.NextWake(2_999).Should().Be(3_000);
        rig.TickAndSendIfDue(3_000);

        rig.Machine.Conditions.Should().Be(ConnectionConditions.DataUnacknowledged);
        rig.Machine.State.Should().Be(LivenessState.Alive);
        rig.NextWake(3_000).Should().BeGreaterThan(3_010, "what is told needs no second look");
    }

    [Fact]
    public void The_first_byte_that_the_peer_confirms_ends_it_when_that_arrives()
    {
        MachineRig rig = Told();

        rig.Beat(3_200, received: 1);

        rig.Machine.Conditions.Should().Be(ConnectionConditions.None);
        Beats(rig, 3_500, 5_100, received: 1);
        rig.Machine.Conditions.Should().Be(ConnectionConditions.None, "the rest gets its own time");
        Beats(rig, 5_200, 5_200, received: 1);
        rig.Machine.Conditions.Should().Be(ConnectionConditions.DataUnacknowledged);
        Beats(rig, 5_300, 20_000, received: 100);
        rig.Machine.Conditions.Should().Be(ConnectionConditions.None, "nothing waits any more");
    }

    [Fact]
    public void While_the_peer_is_silent_it_is_suspect_and_nothing_else_and_the_time_counts_from_the_first_byte_on()
    {
        MachineRig rig = Told();
        rig.Run(3_000, 5_000).Should().BeNull();
        rig.Machine.State.Should().Be(LivenessState.Suspect);
        rig.Machine.Conditions.Should().Be(ConnectionConditions.None);

        Beats(rig, 5_000, 6_900);
        rig.Machine.Conditions.Should().Be(ConnectionConditions.None);
        Beats(rig, 7_000, 7_000);
        rig.Machine.Conditions.Should().Be(ConnectionConditions.DataUnacknowledged);
    }

    [Fact]
    public void A_peer_that_says_it_is_behind_itself_may_well_have_it()
    {
        MachineRig rig = Connected();
        Send(rig, 1_000);

        Beats(rig, 1_100, 30_000, lag: 1_000);

        rig.Machine.Conditions.Should().Be(ConnectionConditions.None);
    }

    [Fact]
    public void With_our_own_pool_behind_the_beat_that_confirms_it_may_lie_here()
    {
        MachineRig rig = Connected();
        Send(rig, 1_000);
        Beats(rig, 1_100, 2_900);
        rig.PoolLag = TimeSpan.FromSeconds(1);
        rig.Hear(2_999);
        rig.TickAndSendIfDue(3_000);
        rig.PoolLag = TimeSpan.Zero;

        Beats(rig, 3_000, 4_900);
        rig.Machine.Conditions.Should().Be(ConnectionConditions.None);
        Beats(rig, 5_000, 5_000);
        rig.Machine.Conditions.Should().Be(ConnectionConditions.DataUnacknowledged);
    }

    [Fact]
    public void Our_own_pauses_do_not_count()
    {
        MachineRig rig = Connected();
        Send(rig, 1_000);
        rig.Pauses = rig.Pauses.Add(MachineRig.At(1_000), MachineRig.At(1_700));

        Beats(rig, 1_700, 3_600);
        rig.Machine.Conditions.Should().Be(ConnectionConditions.None);
        Beats(rig, 3_700, 3_700);
        rig.Machine.Conditions.Should().Be(ConnectionConditions.DataUnacknowledged);
    }

    [Fact]
    public void A_slow_path_gets_two_intervals_and_two_round_trips()
    {
        MachineRig rig = new() { Counts = default };
        uint first = rig.TickAndSend(0).Sequence;
        rig.Beat(400, echo: first);
        Send(rig, 1_000);

        Beats(rig, 1_100, 3_700);
        rig.Machine.Conditions.Should().Be(ConnectionConditions.None);
        Beats(rig, 3_800, 3_800);
        rig.Machine.Conditions.Should().Be(ConnectionConditions.DataUnacknowledged);
    }

    [Fact]
    public void What_was_handed_over_and_taken_back_is_not_waited_for()
    {
        MachineRig rig = Connected();
        Send(rig, 1_000);
        rig.Counts = default;

        Beats(rig, 1_100, 30_000);

        rig.Machine.Conditions.Should().Be(ConnectionConditions.None);
    }

    [Fact]
    public void More_data_behind_what_waits_puts_nothing_off()
    {
        MachineRig rig = Connected();
        Send(rig, 1_000);
        for (double now = 1_100; now <= 3_000; now += 100)
        {
            rig.Machine.OnDataSent(MachineRig.At(now)).Should().BeFalse();
            rig.Beat(now);
            rig.TickAndSendIfDue(now);
        }

        rig.Machine.Conditions.Should().Be(ConnectionConditions.DataUnacknowledged);
    }

    [Fact]
    public void Where_nothing_is_judged_nothing_is_told()
    {
        MachineRig rig = new(Timeout.InfiniteTimeSpan, new WireIntervals(1_000, 20, 20)) { Counts = default };
        Send(rig, 1_000);

        rig.Run(1_000, 100_000).Should().BeNull();

        rig.Machine.Conditions.Should().Be(ConnectionConditions.None);
    }

    /// <summary>Bound 4 s, a beat of each end a second, no round trip to speak of.</summary>
    private static MachineRig Connected()
    {
        MachineRig rig = new() { Counts = default };
        uint first = rig.TickAndSend(0).Sequence;
        rig.Beat(0, echo: first);
        return rig;
    }

    private static MachineRig Told()
    {
        MachineRig rig = Connected();
        Send(rig, 1_000);
        Beats(rig, 1_100, 3_000);
        rig.Machine.Conditions.Should().Be(ConnectionConditions.DataUnacknowledged);
        return rig;
    }

    private static void Send(MachineRig rig, double at)
    {
        rig.Counts = new StreamCounts(100, 0, 0);
        rig.Machine.OnDataSent(MachineRig.At(at)).Should().BeTrue();
    }

    private static void Beats(MachineRig rig, double from, double to, ulong received = 0, ushort lag = 0)
    {
        for (double now = from; now <= to; now += 100)
        {
            rig.Beat(now, received: received, lag: lag);
            rig.TickAndSendIfDue(now);
        }
    }
}
