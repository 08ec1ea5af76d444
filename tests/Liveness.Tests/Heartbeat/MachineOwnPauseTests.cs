using Liveness.Tests.Support;

namespace Liveness.Tests.Heartbeat;

public class MachineOwnPauseTests
{
    [Fact]
    public void Our_own_pauses_come_off_the_silence()
    {
        MachineRig rig = new() { Pauses = Paused((100, 600), (800, 1_300)) };

        rig.Run(0, 4_879.9).Should().BeNull();
        rig.Tick(4_880).Loss.Should().Be(LossKind.HeartbeatTimedOut);
        rig.Machine.ExcusedAfterOwnPause.Should().Be(TimeSpan.Zero, "no pause was longer than a quarter of the bound");
    }

    [Fact]
    public void A_pause_before_the_last_byte_counts_for_nothing()
    {
        MachineRig rig = new() { Pauses = Paused((0, 900_000)) };
        rig.Hear(900_000);

        rig.Run(900_000, 990_000).Should().Be(new Verdict(LossKind.HeartbeatTimedOut, 903_880));
    }

    [Fact]
    public void A_pause_of_exactly_a_quarter_grants_no_grace()
    {
        MachineRig rig = new();
        rig.Run(0, 3_500);
        rig.Pauses = Paused((3_500, 4_500));

        rig.Run(4_500, 60_000).Should().Be(new Verdict(LossKind.HeartbeatTimedOut, 4_880));
    }

    [Fact]
    public void A_longer_one_grants_an_interval_and_a_round_trip_from_its_end()
    {
        MachineRig rig = new();
        uint first = rig.TickAndSend(0).Sequence;
        rig.Beat(200, echo: first);
        rig.Run(200, 3_600);
        rig.Pauses = Paused((3_600, 4_601));

        rig.Run(4_601, 5_800.9).Should().BeNull();
        rig.Tick(5_801).Loss.Should().Be(LossKind.HeartbeatTimedOut, "4601 + 1000 + 200 is over");
        rig.Machine.ExcusedAfterOwnPause.Should().Be(TimeSpan.FromMilliseconds(5_801 - 5_081), "the verdict was due at 200 + 3880 + 1001");
    }

    [Fact]
    public void The_grace_begins_with_a_fresh_probe_somewhere_within_half_an_interval()
    {
        HashSet<double> times = [];
        for (ulong seed = 1; seed <= 20; seed++)
        {
            MachineRig rig = new(seed: seed);
            rig.Run(0, 3_500);
            uint probes = rig.Machine.ProbesSent;
            rig.Pauses = Paused((3_500, 6_500));
            double now = 6_500;
            while (rig.Machine.ProbesSent == probes)
            {
                rig.Tick(now);
                if (rig.Machine.CanSendBeat(MachineRig.At(now)))
                {
                    rig.Send(now);
                }

                now++;
            }

            now.Should().BeInRange(6_500, 7_002);
            times.Add(now);
        }

        times.Count.Should().BeGreaterThan(10, "after a pause of the whole process not all connections probe at once");
    }

    [Fact]
    public void Only_the_first_long_pause_of_a_silence_grants_grace_later_ones_are_subtracted()
    {
        MachineRig rig = new();
        rig.Run(0, 3_500);
        rig.Pauses = Paused((3_500, 6_500));
        rig.Run(6_500, 6_600).Should().BeNull();
        rig.Pauses = rig.Pauses.Add(MachineRig.At(6_600), MachineRig.At(9_600));

        rig.Run(9_600, 9_879.9).Should().BeNull();
        rig.Tick(9_880).Loss.Should().Be(LossKind.HeartbeatTimedOut);
    }

    [Fact]
    public void A_byte_gives_the_next_silence_its_own_grace()
    {
        MachineRig rig = new();
        rig.Run(0, 3_500);
        rig.Pauses = Paused((3_500, 6_500));
        rig.Run(6_500, 7_000);
        rig.Hear(7_000);
        rig.Run(7_000, 10_500);
        rig.Pauses = rig.Pauses.Add(MachineRig.At(10_500), MachineRig.At(12_500));

        rig.Run(12_500, 60_000).Should().Be(new Verdict(LossKind.HeartbeatTimedOut, 13_500));
    }

    [Fact]
    public void A_process_that_stutters_for_ever_still_judges()
    {
        MachineRig rig = new();
        Verdict? verdict = null;
        for (double now = 0; now < 60_000 && verdict is null; now += 2_000)
        {
            verdict = rig.Run(now, now + 500);
            rig.Pauses = rig.Pauses.Add(MachineRig.At(now + 500), MachineRig.At(now + 2_000));
        }

        verdict!.Value.At.Should().BeInRange(14_000, 17_000, "a quarter of the time runs, and one grace is granted");
    }

    [Fact]
    public void A_round_trip_that_was_measured_across_a_suspension_does_not_stretch_the_grace()
    {
        MachineRig rig = new();
        uint first = rig.TickAndSend(0).Sequence;
        rig.Beat(3_600_000, echo: first);
        rig.Machine.RoundTrip.Should().Be(TimeSpan.FromHours(1));
        rig.Run(3_600_000, 3_603_500);
        rig.Pauses = Paused((3_603_500, 3_606_500));

        rig.Run(3_606_500, 9_000_000).Should().Be(new Verdict(LossKind.HeartbeatTimedOut, 3_606_500 + 1_000 + 4_000));
    }

    [Fact]
    public void The_grace_is_looked_at_before_anything_that_waits_in_our_socket()
    {
        MachineRig rig = new();
        rig.Run(0, 3_500);
        rig.Witness = rig.Witness with { Available = 10 };
        rig.Pauses = Paused((3_500, 6_500));

        rig.Run(6_500, 7_499);
        rig.Machine.IsStarved.Should().BeFalse();
        rig.Run(7_499, 7_500);
        rig.Machine.IsStarved.Should().BeTrue();
    }

    private static PauseLedger Paused(params (double From, double To)[] pauses)
    {
        PauseLedger ledger = PauseLedger.Empty;
        foreach ((double from, double to) in pauses)
        {
            ledger = ledger.Add(MachineRig.At(from), MachineRig.At(to));
        }

        return ledger;
    }
}
