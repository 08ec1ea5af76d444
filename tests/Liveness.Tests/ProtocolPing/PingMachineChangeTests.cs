using Liveness.ProtocolPing;
using Liveness.Tests.Support;

namespace Liveness.Tests.ProtocolPing;

/// <summary>A new bound while the connection lives.</summary>
public sealed class PingMachineChangeTests
{
    [Theory]
    [InlineData(0.5)]
    [InlineData(7)]
    [InlineData(19)]
    [InlineData(59)]
    public void A_shorter_bound_loses_no_peer_that_answers(double silence)
    {
        PingRig rig = new(seconds: 60, seed: 3);
        rig.Run(0, 1);
        double changed = silence * 1_000;
        rig.Machine.Change(PingRig.Rate(2), PingRig.At(changed), rig.Health);
        double answered = 0;
        for (double now = changed; now < changed + 60_000; now = rig.NextWake(now))
        {
            rig.Tick(now).Loss.Should().BeNull();
            if (rig.Pings.Count > 0 && rig.Pings[^1] > answered)
            {
                answered = rig.Pings[^1] + 1_000;
                rig.Hear(answered);
            }
        }

        rig.Pings.Count.Should().BeGreaterThan(20);
    }

    [Fact]
    public void A_dead_peer_is_found_within_the_shorter_bound_from_the_change_on()
    {
        PingRig rig = new(seconds: 60);
        rig.Run(0, 10_000);
        rig.Machine.Change(PingRig.Rate(4), PingRig.At(10_000), rig.Health);

        rig.Run(10_000, 90_000).Should().Be(new Verdict(LossKind.HeartbeatTimedOut, 13_880));
    }

    [Fact]
    public void And_never_later_than_by_the_old_one()
    {
        PingRig rig = new(seconds: 60);
        rig.Run(0, 59_000).Should().BeNull();
        for (int i = 0; i < 5; i++)
        {
            rig.Machine.Change(PingRig.Rate(50 - i), PingRig.At(59_000 + i), rig.Health);
        }

        rig.Run(59_010, 200_000)!.Value.At.Should().BeApproximately(59_880, 0.001);
    }

    [Fact]
    public void Switched_on_after_hours_of_silence_it_begins_now()
    {
        PingRig rig = new(seconds: -1);
        rig.Tick(0);
        rig.Machine.Change(PingRig.Rate(12), PingRig.At(9_000_000), rig.Health);

        rig.Run(9_000_000, 10_000_000).Should().Be(new Verdict(LossKind.HeartbeatTimedOut, 9_011_880));
        rig.Pings.Should().HaveCount(2);
    }

    [Fact]
    public void A_longer_bound_holds_for_a_running_silence_too()
    {
        PingRig rig = new(seconds: 12);
        rig.Run(0, 11_000).Should().BeNull();
        rig.Machine.Change(PingRig.Rate(60), PingRig.At(11_000), rig.Health);

        rig.Run(11_000, 90_000).Should().Be(new Verdict(LossKind.HeartbeatTimedOut, 59_880));
    }

    [Fact]
    public void Switched_off_a_suspect_is_alive_again()
    {
        PingRig rig = new(seconds: 12);
        rig.Run(0, 11_000).Should().BeNull();
        rig.Machine.Change(PingRig.Rate(-1), PingRig.At(11_000), rig.Health);

        rig.Machine.State.Should().Be(LivenessState.Alive);
        rig.Run(11_000, 90_000).Should().BeNull();
    }

    [Fact]
    public void What_was_forgiven_is_not_forgiven_twice()
    {
        PingRig rig = new(seconds: 60);
        rig.Run(0, 10_000);
        rig.Machine.Change(PingRig.Rate(4), PingRig.At(10_000), rig.Health);
        rig.Hear(10_500);

        rig.Run(10_500, 90_000).Should().Be(new Verdict(LossKind.HeartbeatTimedOut, 10_500 + 3_880));
    }

    [Fact]
    public void An_interval_that_no_longer_fits_gives_way()
    {
        PingRate.Derive(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(5)).Interval.Should().Be(TimeSpan.FromSeconds(5));
        PingRate.Derive(TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(5)).Interval.Should().Be(TimeSpan.FromSeconds(3));
        PingRate.Derive(TimeSpan.FromSeconds(9), null).Interval.Should().Be(TimeSpan.FromSeconds(3));
        PingRate.Derive(Timeout.InfiniteTimeSpan, TimeSpan.FromSeconds(5)).Interval.Should().Be(TimeSpan.MaxValue);
    }
}
