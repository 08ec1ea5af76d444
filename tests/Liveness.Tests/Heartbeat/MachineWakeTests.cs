using FsCheck;
using FsCheck.Fluent;
using Liveness.Tests.Support;

namespace Liveness.Tests.Heartbeat;

/// <summary>Nothing is due before the machine wakes, and it does not wake for nothing.</summary>
public class MachineWakeTests
{
    [Fact]
    public void A_blocked_writer_is_not_asked_for_its_RATE_at_every_turn()
    {
        MachineRig rig = new();
        rig.TickAndSend(0);
        rig.Machine.ChangeRate(MachineRig.Rate(8));
        rig.Tick(100);

        rig.NextWake(100).Should().BeGreaterThan(200);
    }

    [Fact]
    public void A_RATE_that_has_to_keep_the_peers_distance_is_woken_for()
    {
        MachineRig rig = new(peer: new WireIntervals(1_000, 500, 20));
        rig.TickAndSend(0);
        rig.Machine.ChangeRate(MachineRig.Rate(8));

        rig.NextWake(0).Should().Be(500);
    }

    [Fact]
    public void A_starving_process_is_not_kept_busy_by_probes_that_it_does_not_send()
    {
        MachineRig rig = new() { PoolLag = TimeSpan.FromSeconds(5), Witness = new WitnessReading(1, true, false) };
        rig.Run(0, 3_880);

        Looks(rig, 3_880, 63_880).Should().BeLessThan(60 * 8);
    }

    [Fact]
    public void A_verdict_that_nobody_carries_out_is_not_repeated_at_every_turn()
    {
        MachineRig rig = new();
        rig.Run(0, 3_880);

        Looks(rig, 3_880, 63_880).Should().BeLessThan(60 * 8);
    }

    [Fact]
    public void A_slower_rate_in_the_middle_of_a_suspicion_does_not_keep_it_busy()
    {
        MachineRig rig = new();
        rig.Run(0, 2_000);
        rig.Machine.State.Should().Be(LivenessState.Suspect);
        rig.Machine.ChangeRate(MachineRig.Rate(600));

        Looks(rig, 2_000, 62_000).Should().BeLessThan(60 * 4);
    }

    [Fact]
    public void A_pause_that_the_ledger_learns_of_late_does_not_keep_it_busy()
    {
        MachineRig rig = new();
        rig.Run(0, 2_000);
        rig.Pauses = PauseLedger.Empty.Add(MachineRig.At(100), MachineRig.At(1_900));

        Looks(rig, 2_000, 3_200).Should().BeLessThan(8);
    }

    [Fact]
    public void Whoever_looks_only_when_asked_judges_no_later_than_whoever_looks_all_the_time()
    {
        Gen<(int Rx, int MinRx, int LastByte, bool Echo)> gen =
            from rx in Gen.Choose(25, 3_000)
            from minRx in Gen.Choose(1, rx)
            from lastByte in Gen.Choose(0, 5_000)
            from echo in Gen.Elements(true, false)
            select (rx, minRx, lastByte, echo);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(100), Prop.ForAll(gen.ToArbitrary(), setting =>
        {
            WireIntervals peer = new((uint)setting.Rx, (uint)setting.MinRx, 20);
            double whenAsked = Judge(peer, setting.LastByte, setting.Echo, (rig, now) => rig.NextWake(now));
            double always = Judge(peer, setting.LastByte, setting.Echo, (_, now) => now + 1);
            (whenAsked - always).Should().BeInRange(-1, 1);
        }));
    }

    private static double Judge(WireIntervals peer, double lastByte, bool echo, Func<MachineRig, double, double> next)
    {
        MachineRig rig = new(peer: peer);
        uint first = rig.TickAndSend(0).Sequence;
        bool heard = false;
        for (double now = 0; ; now = heard ? next(rig, now) : Math.Min(next(rig, now), lastByte))
        {
            if (!heard && now >= lastByte)
            {
                heard = true;
                rig.Beat(lastByte, echo: echo ? first : null);
            }

            if (rig.Tick(now).Loss is not null)
            {
                return now;
            }

            if (rig.Machine.CanSendBeat(MachineRig.At(now)))
            {
                rig.Send(now);
            }
        }
    }

    private static int Looks(MachineRig rig, double from, double to)
    {
        int looks = 0;
        for (double now = from; now < to; now = rig.NextWake(now))
        {
            rig.TickAndSendIfDue(now);
            looks++;
        }

        return looks;
    }
}
