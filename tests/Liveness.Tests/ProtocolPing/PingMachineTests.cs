using System.Net.Sockets;
using Liveness.Tests.Support;

namespace Liveness.Tests.ProtocolPing;

/// <summary>When to ask, when to worry, when to judge.</summary>
public sealed class PingMachineTests
{
    private const double Deadline = 11_880;

    [Fact]
    public void An_idle_connection_whose_peer_answers_costs_one_ping_an_interval_and_is_never_suspect()
    {
        PingRig rig = new();
        for (double now = 0; now < 400_000; now = rig.NextWake(now))
        {
            int before = rig.Pings.Count;
            rig.Tick(now).Loss.Should().BeNull();
            rig.Machine.State.Should().Be(LivenessState.Alive);
            if (rig.Pings.Count > before)
            {
                rig.Hear(now + 30);
            }
        }

        double[] gaps = [.. rig.Pings.Zip(rig.Pings.Skip(1), (first, second) => second - first - 30)];
        gaps.Should().OnlyContain(gap => gap >= 3_000 && gap <= 4_000);
        gaps.Max().Should().BeGreaterThan(3_800);
        gaps.Min().Should().BeLessThan(3_200, "jitter spreads connections that began together");
        rig.Machine.RoundTrip.Should().Be(TimeSpan.FromMilliseconds(30));
    }

    [Fact]
    public void A_connection_that_receives_all_the_time_is_not_pinged()
    {
        PingRig rig = new();
        for (double now = 0; now < 100_000; now += 500)
        {
            rig.Hear(now);
            rig.Tick(now + 250).Loss.Should().BeNull();
        }

        rig.Pings.Should().BeEmpty();
    }

    [Fact]
    public void Silence_is_asked_twice_and_judged_within_the_bound()
    {
        PingRig rig = new();

        rig.Run(0, 60_000).Should().Be(new Verdict(LossKind.HeartbeatTimedOut, Deadline));

        rig.Pings.Should().HaveCount(2);
        rig.Pings[0].Should().BeInRange(3_000, 4_000);
        rig.Pings[1].Should().Be(6_000);
        LossObservation loss = rig.Observe(LossKind.HeartbeatTimedOut, Deadline);
        loss.Silence.Should().Be(TimeSpan.FromMilliseconds(Deadline));
        loss.Bound.Should().Be(TimeSpan.FromSeconds(12));
        loss.Evidence.MissedBeats.Should().Be(2);
        loss.Evidence.UnansweredProbes.Should().Be(2);
        loss.Evidence.WriteStuck.Should().BeNull();
    }

    [Theory]
    [InlineData(0.1, null)]
    [InlineData(0.1, 0.01)]
    [InlineData(5, 2.5)]
    [InlineData(5, 0.1)]
    [InlineData(3600, null)]
    public void Whatever_the_numbers_are_the_verdict_falls_within_the_bound_after_two_pings(double seconds, double? interval)
    {
        PingRig rig = new(seconds, interval);

        Verdict? verdict = rig.Run(0, seconds * 2_000);

        verdict!.Value.Loss.Should().Be(LossKind.HeartbeatTimedOut);
        verdict.Value.At.Should().BeInRange(seconds * 870, seconds * 1_000);
        rig.Pings.Should().HaveCount(2);
    }

    [Fact]
    public void Any_byte_ends_a_suspicion()
    {
        PingRig rig = new();
        rig.Run(0, 11_000).Should().BeNull();
        rig.Machine.State.Should().Be(LivenessState.Suspect);
        rig.Hear(11_000);

        rig.Machine.State.Should().Be(LivenessState.Alive);
        rig.Run(11_001, 60_000).Should().Be(new Verdict(LossKind.HeartbeatTimedOut, 11_000 + Deadline));
    }

    [Fact]
    public void A_ping_that_never_returns_is_no_excuse_and_no_second_one_is_sent_beside_it()
    {
        PingRig rig = new() { Returns = false };

        rig.Run(0, 11_000).Should().BeNull();
        rig.Machine.Conditions.Should().Be(ConnectionConditions.WriteStuck);
        rig.Run(11_000, 60_000).Should().Be(new Verdict(LossKind.HeartbeatTimedOut, Deadline));

        rig.Pings.Should().ContainSingle();
        rig.Observe(LossKind.HeartbeatTimedOut, Deadline).Evidence.WriteStuck.Should().BeTrue();
    }

    [Fact]
    public void One_that_returns_late_makes_room_for_the_second()
    {
        PingRig rig = new() { Returns = false };
        rig.Run(0, 8_000).Should().BeNull();
        rig.Pings.Should().ContainSingle();
        rig.Returns = true;
        rig.Machine.OnPingSent();
        rig.Run(8_000, 8_001);

        rig.Pings.Should().HaveCount(2);
    }

    [Fact]
    public void A_ping_that_is_still_being_sent_harms_nobody_who_is_heard()
    {
        PingRig rig = new() { Returns = false };
        rig.Run(0, 5_000);
        for (double now = 5_000; now < 100_000; now += 500)
        {
            rig.Hear(now);
            rig.Tick(now + 250).Loss.Should().BeNull();
        }

        rig.Machine.Conditions.Should().Be(ConnectionConditions.WriteStuck);
        rig.Pings.Should().ContainSingle();
    }

    [Fact]
    public void A_request_asks_now_and_joins_a_ping_that_is_unanswered()
    {
        PingRig rig = new();
        rig.Tick(100);
        rig.Machine.RequestPing();
        rig.Tick(100);
        rig.Pings.Should().Equal(100);
        rig.Machine.RequestPing();
        rig.Tick(150);
        rig.Pings.Should().Equal(100);
        rig.Hear(170);

        rig.Machine.TakeAnswer().Should().Be(TimeSpan.FromMilliseconds(70));
        rig.Machine.TakeAnswer().Should().BeNull();
        rig.Machine.RoundTrip.Should().BeNull("the line was not idle: anything may have come then");
    }

    [Fact]
    public void A_byte_from_before_the_ping_is_no_answer()
    {
        PingRig rig = new();
        rig.Run(0, 4_000);
        double asked = rig.Pings.Single();
        rig.Machine.OnReceived(PingRig.At(asked - 1));
        rig.Machine.TakeAnswer().Should().BeNull();
        rig.Machine.AwaitsByte.Should().BeTrue();
        rig.Hear(asked + 20);

        rig.Machine.TakeAnswer().Should().Be(TimeSpan.FromMilliseconds(20));
        rig.Machine.AwaitsByte.Should().BeFalse();
    }

    [Fact]
    public void A_failed_ping_gives_the_read_side_its_chance_and_then_decides()
    {
        PingRig rig = new() { Returns = false };
        rig.Run(0, 4_000);
        rig.Machine.OnPingFailed(new IOException("gone", new SocketException((int)SocketError.ConnectionReset)), PingRig.At(4_000));

        rig.Run(4_000, 60_000).Should().Be(new Verdict(LossKind.ConnectionReset, 5_000));
        rig.Pings.Should().ContainSingle("nothing more is written");
        rig.Observe(LossKind.ConnectionReset, 5_000).Exception.Should().BeOfType<IOException>();
    }

    [Fact]
    public void What_is_received_after_a_failed_ping_refutes_it()
    {
        PingRig rig = new() { Returns = false };
        rig.Run(0, 4_000);
        rig.Machine.OnPingFailed(new InvalidOperationException("busy"), PingRig.At(4_000));
        rig.Machine.OnReceived(PingRig.At(3_999.5));
        rig.Machine.AwaitsByte.Should().BeTrue("that byte had come before");
        rig.Hear(4_500);
        rig.Returns = true;

        rig.Run(4_500, 8_000).Should().BeNull();
        rig.Run(8_000, 60_000).Should().Be(new Verdict(LossKind.HeartbeatTimedOut, 4_500 + Deadline));
        rig.Pings.Should().HaveCount(3);
    }

    [Fact]
    public void A_ping_that_ran_out_of_its_own_time_is_an_unanswered_one_and_no_more()
    {
        PingRig rig = new() { Returns = false };
        rig.Run(0, 4_000);
        rig.Machine.OnPingFailed(new TimeoutException("no answer in 5 s"), PingRig.At(4_000));
        rig.Returns = true;

        rig.Run(4_000, 60_000).Should().Be(new Verdict(LossKind.HeartbeatTimedOut, Deadline));
        LossObservation loss = rig.Observe(LossKind.HeartbeatTimedOut, Deadline);
        loss.Exception.Should().BeNull();
        loss.Evidence.WriteFailure.Should().Be("no answer in 5 s");
    }

    [Fact]
    public void A_kernel_that_timed_out_has_the_last_word_though_its_exception_is_one_of_time()
    {
        PingRig rig = new() { Returns = false };
        rig.Run(0, 4_000);
        rig.Machine.OnPingFailed(new TimeoutException("", new SocketException((int)SocketError.TimedOut)), PingRig.At(4_000));

        rig.Run(4_000, 60_000).Should().Be(new Verdict(LossKind.KeepAliveTimedOut, 5_000));
    }

    [Fact]
    public void A_ping_that_meets_our_own_close_ends_without_a_loss()
    {
        PingRig rig = new() { Returns = false };
        rig.Run(0, 4_000);
        rig.Machine.OnPingFailed(new ObjectDisposedException("socket"), PingRig.At(4_000));
        rig.Run(4_000, 4_990).Should().BeNull();
        rig.Machine.HasClosed.Should().BeFalse();
        rig.Run(5_000, 5_000).Should().BeNull();

        rig.Machine.HasClosed.Should().BeTrue();
    }

    [Theory]
    [InlineData(SocketError.TimedOut, 8_879, LossKind.KeepAliveTimedOut)]
    [InlineData(SocketError.TimedOut, 8_880, LossKind.HeartbeatTimedOut)]
    [InlineData(SocketError.ConnectionReset, 8_880, LossKind.ConnectionReset)]
    public void The_kernels_own_timeout_close_to_ours_has_the_name_of_ours(SocketError error, double silence, object expected)
    {
        PingRig rig = new();

        rig.Machine.KindOf(new SocketException((int)error), PingRig.At(silence), rig.Health).Should().Be((LossKind)expected);
    }

    [Fact]
    public void Switched_off_nothing_is_asked_or_judged_but_on_request()
    {
        PingRig rig = new(seconds: -1);
        rig.Tick(0).Loss.Should().BeNull();
        rig.Machine.NextWake(PingRig.At(0), rig.Health).Should().Be(Instant.Never);
        rig.Tick(86_400_000).Loss.Should().BeNull();
        rig.Pings.Should().BeEmpty();
        rig.Machine.RequestPing();
        rig.Tick(86_400_000);

        rig.Pings.Should().ContainSingle();
        rig.Observe(LossKind.ConnectionReset, 86_400_001).Bound.Should().Be(Timeout.InfiniteTimeSpan);
    }
}
