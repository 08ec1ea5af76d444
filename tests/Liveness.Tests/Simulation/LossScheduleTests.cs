namespace Liveness.Tests.Simulation;

/// <summary>
/// Somebody is gone: the loss comes, in time and with its true name. How late it may be is checked by <see cref="Verdicts"/> in each.
/// </summary>
public class LossScheduleTests
{
    [Fact]
    public void Short_pauses_of_ours_add_only_themselves_to_a_verdict()
    {
        SimulatedConnection connection = new(EndProfile.With(60), EndProfile.With(60));
        connection.Cut(connection.Forth, 100);
        connection.Cut(connection.Back, 100);
        for (double at = 10; at < 300; at += 10)
        {
            connection.Pause(connection.A, at, 0.03);
        }

        connection.Run(300);

        connection.A.Session.Loss!.Kind.Should().Be(LossKind.HeartbeatTimedOut);
        (connection.A.EndedAt!.Value - connection.A.LastTaken).Should().BeLessThan(TimeSpan.FromSeconds(60.3));
    }

    [Fact]
    public void Long_pauses_of_ours_grant_one_grace_in_a_silence()
    {
        SimulatedConnection connection = new(EndProfile.With(1), EndProfile.With(1));
        connection.Cut(connection.Back, 10);
        for (double at = 10.1; at < 60; at += 0.4)
        {
            connection.Pause(connection.A, at, 0.3);
        }

        connection.Run(60);

        connection.A.Session.Loss!.Kind.Should().Be(LossKind.HeartbeatTimedOut);
        connection.A.Pauses.RunningTime(connection.A.LastTaken, connection.A.EndedAt!.Value).Should().BeLessThan(TimeSpan.FromSeconds(1.25));
    }

    [Fact]
    public void A_peer_that_is_frozen_for_three_bounds_is_lost_and_learns_it_when_it_wakes()
    {
        SimulatedConnection connection = new(EndProfile.With(1), EndProfile.With(10));
        connection.Pause(connection.B, 10, 3);

        connection.Run(60);

        connection.A.Session.Loss!.Kind.Should().Be(LossKind.HeartbeatTimedOut);
        connection.B.Session.Loss!.Kind.Should().Be(LossKind.PeerGaveUp);
        connection.B.Session.Loss.Goodbye!.Value.Code.Should().Be(GoodbyeCode.JudgedLost);
    }

    [Fact]
    public void A_pause_of_ours_of_three_bounds_is_never_our_verdict()
    {
        SimulatedConnection connection = new(EndProfile.With(1), EndProfile.With(10));
        for (double at = 10; at < 60; at += 5)
        {
            connection.Pause(connection.A, at, 3);
        }

        connection.Run(60);

        connection.A.Session.HasEnded.Should().BeFalse();
        connection.B.Session.HasEnded.Should().BeFalse();
    }

    [Fact]
    public void A_peer_that_dies_right_after_it_confirmed_a_faster_rate_is_judged_by_the_new_one()
    {
        HeartbeatRate fast = HeartbeatRate.Derive(TimeSpan.FromSeconds(0.5), HeartbeatDefaults.MinTransmitInterval, null);
        for (double death = 20.1; death < 23; death += 0.03)
        {
            SimulatedConnection connection = new(EndProfile.With(10), EndProfile.With(10, options => options.MinReceiveInterval = TimeSpan.FromSeconds(1)));
            connection.At(20, _ => connection.A.Request(at => connection.A.ChangeRate(fast, at)));
            connection.At(death, connection.B.Pause);

            connection.Run(40);

            connection.A.Session.Loss!.Kind.Should().Be(LossKind.HeartbeatTimedOut);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_one_way_cut_behind_a_relay_that_acknowledges_is_known_at_both_ends(bool back)
    {
        SimulatedConnection connection = new(EndProfile.With(3) with { WriteTotal = 10_000_000 }, EndProfile.With(3) with { WriteTotal = 10_000_000 });
        connection.Cut(back ? connection.Back : connection.Forth, 10, acknowledges: true);

        connection.Run(60);

        SimulatedEnd deaf = back ? connection.A : connection.B;
        SimulatedEnd unheard = connection.PeerOf(deaf);
        deaf.Session.Loss!.Kind.Should().Be(LossKind.HeartbeatTimedOut);
        unheard.Session.Loss!.Kind.Should().BeOneOf(LossKind.PeerGaveUp, LossKind.OutboundDead);
        (unheard.EndedAt!.Value - connection.Start).Should().BeLessThan(TimeSpan.FromSeconds(10 + 3 + 0.75));
    }

    [Fact]
    public void A_way_out_that_is_dead_is_known_before_the_patient_peer_judges()
    {
        SimulatedConnection connection = new(EndProfile.With(2), EndProfile.With(60));
        connection.Cut(connection.Forth, 10, acknowledges: true);

        connection.Run(60);

        connection.A.Session.Loss!.Kind.Should().Be(LossKind.OutboundDead);
        (connection.A.EndedAt!.Value - connection.Start).Should().BeLessThan(TimeSpan.FromSeconds(10 + 2 + 0.75));
    }

    [Fact]
    public void Acknowledgements_of_a_relay_or_of_a_stopped_peers_kernel_excuse_nothing()
    {
        SimulatedConnection connection = new(EndProfile.With(1) with { WriteTotal = 100_000_000 }, EndProfile.With(60));
        connection.Cut(connection.Back, 10, acknowledges: true);
        connection.At(10, connection.B.Pause);

        connection.Run(30);

        connection.A.Session.Loss!.Kind.Should().Be(LossKind.HeartbeatTimedOut);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_starved_pool_hides_a_dead_peer_only_where_completed_reads_can_hide(bool hides)
    {
        SimulatedConnection connection = new(EndProfile.With(1) with { HidesReads = hides }, EndProfile.With(1));
        connection.Cut(connection.Back, 10);
        connection.Lag(connection.A, 10.01, 600);

        connection.Run(500);

        connection.A.Session.HasEnded.Should().Be(!hides, "without bytes that wait a lag is no excuse where they would be seen");
    }

    [Fact]
    public void Two_writes_in_flight_tear_a_frame_and_the_simulation_sees_it()
    {
        EndProfile careless = EndProfile.With(0.3) with { WriteTotal = 1_000_000, WritesWithoutOwnership = true };
        SimulatedConnection connection = new(careless, EndProfile.With(0.3));
        connection.Forth.Conditions.BufferSize = 4_096;
        connection.Forth.Conditions.BytesPerSecond = 20_000;

        Action run = () => connection.Run(30);

        run.Should().Throw<SimulationFailure>().WithMessage("*B: *");
    }

    [Fact]
    public void A_peer_whose_echo_goes_back_breaks_the_protocol()
    {
        Instant now = new(TimeSpan.FromSeconds(1).Ticks);
        HeartbeatPlan plan = EndProfile.With(3).Plan;
        HeartbeatMachine machine = new(plan, plan.Rate.Wire, seed: 1, now, now);
        uint first = machine.TakeBeat(now, default, LocalHealth.Perfect).Sequence;
        uint second = machine.TakeBeat(now, default, LocalHealth.Perfect).Sequence;
        BeatFrame beat = new(1, second, 0, 0, 0, 0, 0, BeatFlags.None, 0);

        machine.OnBeat(beat, default, now, out _).Should().Be(ProtocolRule.None);
        machine.OnBeat(beat with { Sequence = 2, EchoSequence = first }, default, now, out _).Should().Be(ProtocolRule.EchoRegressed);
    }
}
