namespace Liveness.Tests.Simulation;

/// <summary>Somebody is slow, nobody is dead: no loss.</summary>
public class HealthyScheduleTests
{
    [Fact]
    public void An_idle_connection_whose_peers_accept_no_more_than_they_ask_for_lives_for_an_hour()
    {
        EndProfile strict = EndProfile.With(1, options => options.MinReceiveInterval = TimeSpan.FromMilliseconds(250));
        SimulatedConnection connection = new(strict, strict);

        connection.Run(3_600);

        IsAlive(connection);
        connection.A.Session.Machine!.BeatsReceived.Should().BeInRange(14_000, 20_000);
    }

    [Fact]
    public void Stalls_with_probes_at_the_pace_that_each_end_allows_trip_no_flood_guard()
    {
        EndProfile patient = EndProfile.With(3, options => options.MinReceiveInterval = TimeSpan.FromMilliseconds(750));
        EndProfile eager = EndProfile.With(3, options => options.MinReceiveInterval = TimeSpan.FromMilliseconds(20));
        SimulatedConnection connection = new(patient, eager);
        for (double at = 2; at < 600; at += 2.6)
        {
            connection.Stall(connection.Forth, at, 1.3);
            connection.Stall(connection.Back, at, 1.3);
        }

        connection.Run(600);

        IsAlive(connection);
        connection.A.Session.Machine!.ProbesSent.Should().BePositive();
    }

    [Fact]
    public void A_thin_download_behind_which_echoes_are_five_seconds_late_convicts_nobody()
    {
        EndProfile reader = EndProfile.With(3, options => options.ReceiveWindow = 512 * 1024);
        EndProfile writer = EndProfile.With(3) with { WriteTotal = 2_000_000 };
        SimulatedConnection connection = new(reader, writer);
        connection.Back.Conditions.BytesPerSecond = 32_000;
        connection.Back.Conditions.BufferSize = 192 * 1024;

        connection.Run(40);

        IsAlive(connection);
        connection.A.Session.Machine!.OutboundAge(connection.Now, connection.A.Health(connection.Now)).Should().BeGreaterThan(TimeSpan.FromSeconds(4));
        Finishes(connection, 40, 120);
    }

    [Fact]
    public void A_reload_from_sixty_seconds_to_two_loses_none_of_forty_connections()
    {
        for (int i = 0; i < 40; i++)
        {
            EndProfile slow = EndProfile.With(60) with { FirstSequence = (uint)i };
            SimulatedConnection connection = new(slow, slow);
            connection.Forth.Conditions.Delay = connection.Back.Conditions.Delay = TimeSpan.FromMilliseconds(i * 10);
            HeartbeatRate fast = HeartbeatRate.Derive(TimeSpan.FromSeconds(2), HeartbeatDefaults.MinTransmitInterval, null);
            connection.At(20 + (i * 0.17), now => connection.A.Request(at => connection.A.ChangeRate(fast, at)));

            connection.Run(60);

            IsAlive(connection);
            connection.A.Session.Bound.Should().Be(TimeSpan.FromSeconds(2));
        }
    }

    [Fact]
    public void A_pause_of_ours_between_a_beat_and_its_echo_is_no_outbound_age_after_a_reload()
    {
        HeartbeatRate fast = HeartbeatRate.Derive(TimeSpan.FromSeconds(2), HeartbeatDefaults.MinTransmitInterval, null);
        for (double phase = 0; phase < 2; phase += 0.1)
        {
            SimulatedConnection connection = new(EndProfile.With(20), EndProfile.With(60));
            connection.Back.Conditions.Delay = TimeSpan.FromMilliseconds(200);
            connection.Pause(connection.A, 20 + phase, 6);
            connection.At(24, _ => connection.A.Request(at => connection.A.ChangeRate(fast, at)));
            connection.Pause(connection.A, 28.5 + phase, 3);
            connection.Stall(connection.Forth, 31.5 + phase, 0.9);

            connection.Run(60);

            IsAlive(connection);
            connection.A.Session.Bound.Should().Be(TimeSpan.FromSeconds(2));
        }
    }

    [Fact]
    public void Two_programs_that_write_megabytes_before_they_read_stall_and_then_finish()
    {
        EndProfile stubborn = EndProfile.With(3) with { WriteTotal = 3_000_000 };
        SimulatedConnection connection = new(stubborn, stubborn);
        connection.A.ReaderIsStopped = connection.B.ReaderIsStopped = true;

        connection.Run(100);

        IsAlive(connection);
        ConnectionConditions both = ConnectionConditions.PeerNotConsuming | ConnectionConditions.WeAreBehind;
        connection.A.Session.Conditions.Should().Be(both);
        connection.B.Session.Conditions.Should().Be(both);
        Finishes(connection, 100, 120);
        connection.A.ReadTotal.Should().Be(3_000_000);
        connection.B.ReadTotal.Should().Be(3_000_000);
    }

    [Fact]
    public void A_pool_that_is_starved_without_end_excuses_the_bytes_that_wait()
    {
        SimulatedConnection connection = new(EndProfile.With(1), EndProfile.With(1) with { WriteTotal = 500_000 });
        connection.Lag(connection.A, 5, 600);

        connection.Run(300);

        IsAlive(connection);
        connection.A.Session.Machine!.IsStarved.Should().BeTrue();
        Finishes(connection, 300, 700);
    }

    [Fact]
    public void A_probe_that_must_wait_for_the_peers_minimum_interval_is_no_stuck_write()
    {
        SimulatedConnection connection = new(
            EndProfile.With(0.2), EndProfile.With(60, options => options.MinReceiveInterval = TimeSpan.FromSeconds(2)));
        connection.At(5, _ => connection.A.Request(connection.A.Probe));

        connection.Run(20);

        IsAlive(connection);
    }

    [Fact]
    public void However_often_we_probe_the_answers_trip_no_flood_guard_of_ours()
    {
        EndProfile patient = EndProfile.With(3, options => options.MinReceiveInterval = TimeSpan.FromMilliseconds(750));
        SimulatedConnection connection = new(patient, EndProfile.With(3));
        for (double at = 1; at < 60; at += 0.05)
        {
            connection.At(at, _ => connection.A.Request(connection.A.Probe));
        }

        connection.Run(70);

        IsAlive(connection);
        connection.A.Session.Machine!.ProbesSent.Should().BeGreaterThan(1_000);
    }

    [Fact]
    public void A_pause_during_the_handshake_is_not_counted_and_costs_no_wakes()
    {
        SimulatedConnection connection = new(EndProfile.With(3), EndProfile.With(3) with { StartsAfter = TimeSpan.FromSeconds(14) });
        connection.Pause(connection.A, 1, 5);

        connection.Run(20);

        IsAlive(connection);
    }

    [Fact]
    public void A_writer_is_never_stopped_by_credit_on_a_short_path_to_a_quick_reader()
    {
        SimulatedConnection connection = new(EndProfile.With(3) with { WriteTotal = 1_000_000 }, EndProfile.With(3));
        connection.Forth.Conditions.BytesPerSecond = 1_000_000;
        connection.Forth.Conditions.BufferSize = 32 * 1024;
        connection.Forth.Conditions.Delay = connection.Back.Conditions.Delay = TimeSpan.FromMilliseconds(5);

        connection.Run(1.1);

        connection.B.ReadTotal.Should().Be(1_000_000);
    }

    [Fact]
    public void The_end_of_the_stream_costs_no_credit()
    {
        SimulatedConnection connection = new(EndProfile.With(3) with { WriteTotal = 64 * 1024 }, EndProfile.With(3));
        connection.B.ReaderIsStopped = true;
        connection.At(2, _ => connection.A.Request(connection.A.CompleteWrites));

        connection.Run(5);

        connection.B.Session.PeerHasEnded.Should().BeTrue();
        Finishes(connection, 5, 20);
    }

    private static void IsAlive(SimulatedConnection connection)
    {
        connection.A.Session.Loss.Should().BeNull(connection.ToString());
        connection.B.Session.Loss.Should().BeNull(connection.ToString());
        connection.A.Session.State.Should().BeOneOf(LivenessState.Alive, LivenessState.Suspect);
        connection.B.Session.State.Should().BeOneOf(LivenessState.Alive, LivenessState.Suspect);
    }

    private static void Finishes(SimulatedConnection connection, double from, double until)
    {
        connection.FinishAt(from);
        connection.Run(until);
        Outcome.Check(connection, lossIsAllowed: false);
    }
}
