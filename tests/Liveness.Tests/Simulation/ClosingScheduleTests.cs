namespace Liveness.Tests.Simulation;

/// <summary>An orderly close loses nothing, is no loss, and ends.</summary>
public class ClosingScheduleTests
{
    private const double Infinite = -0.001;

    [Theory]
    [InlineData(0.5, 5_000, true)]
    [InlineData(3, 5_000, false)]
    [InlineData(60, 5_000, false)]
    [InlineData(Infinite, 8_000, false)]
    public void The_tail_of_a_close_arrives_over_a_thin_link_however_rare_the_beats_are(double detectWithin, long bytesPerSecond, bool knowsWhatIsAcknowledged)
    {
        EndProfile closing = EndProfile.With(detectWithin) with { WriteTotal = 110_000, HidesReads = !knowsWhatIsAcknowledged };
        for (uint jitter = 1; jitter <= 10; jitter++)
        {
            SimulatedConnection connection = new(closing, EndProfile.With(60) with { ClosesSecond = true, FirstSequence = jitter });
            connection.Forth.Conditions.BytesPerSecond = bytesPerSecond;
            connection.At(0.5, _ => connection.A.Request(connection.A.Close));
            connection.FinishAt(60);

            connection.Run(100);

            connection.A.Session.Outcome.Should().Be(CloseOutcome.Confirmed, connection.ToString());
            connection.B.ReadTotal.Should().Be(110_000);
            Outcome.Check(connection, lossIsAllowed: false);
        }
    }

    [Fact]
    public void Both_ends_may_close_at_once()
    {
        for (int i = 0; i < 50; i++)
        {
            EndProfile profile = EndProfile.With(1) with { WriteTotal = i * 1_000 };
            SimulatedConnection connection = new(profile, profile);
            connection.Forth.Conditions.Delay = connection.Back.Conditions.Delay = TimeSpan.FromMilliseconds(10);
            connection.At(1, _ => connection.A.Request(connection.A.Close));
            connection.At(1 + ((i - 25) * 0.001), _ => connection.B.Request(connection.B.Close));

            connection.Run(30);

            Outcome.Check(connection, lossIsAllowed: false);
        }
    }

    [Fact]
    public void What_was_written_before_the_handshake_arrives_though_the_writer_has_closed()
    {
        SimulatedConnection connection = new(
            EndProfile.With(3) with { WriteTotal = 5_000 }, EndProfile.With(3) with { StartsAfter = TimeSpan.FromSeconds(1), ClosesSecond = true });
        connection.At(0.5, _ => connection.A.Request(connection.A.Close));
        connection.FinishAt(2);

        connection.Run(20);

        connection.B.ReadTotal.Should().Be(5_000);
        Outcome.Check(connection, lossIsAllowed: false);
    }

    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(1_000, 3.5)]
    public void A_close_before_any_handshake_waits_only_for_what_was_written(int written, double goneAt)
    {
        SimulatedConnection connection = new(EndProfile.With(3) with { WriteTotal = written }, EndProfile.With(3) with { StartsAfter = TimeSpan.FromHours(1) });
        connection.At(0.5, _ => connection.A.Request(connection.A.Close));

        connection.Run(10);

        connection.A.GoneAt.Should().Be(connection.Start + TimeSpan.FromSeconds(goneAt));
    }

    [Fact]
    public void A_pause_of_our_own_does_not_cut_a_close_short()
    {
        SimulatedConnection connection = new(EndProfile.With(3) with { WriteTotal = 60_000 }, EndProfile.With(60) with { ClosesSecond = true });
        connection.Forth.Conditions.BytesPerSecond = 20_000;
        connection.Forth.Conditions.BufferSize = 8_192;
        connection.At(1, _ => connection.A.Request(connection.A.Close));
        connection.Pause(connection.A, 1.5, 10);
        connection.FinishAt(30);

        connection.Run(60);

        connection.B.ReadTotal.Should().Be(60_000);
        Outcome.Check(connection, lossIsAllowed: false);
    }

    [Theory]
    [InlineData(0.72)]
    [InlineData(20)]
    public void A_failed_write_does_not_outrun_the_goodbye_that_waits_in_our_socket(double lag)
    {
        EndProfile hasty = EndProfile.With(3, options => options.CloseTimeout = TimeSpan.Zero) with { WriteTotal = 400 };
        SimulatedConnection connection = new(hasty, EndProfile.With(3) with { ClosesSecond = true });
        connection.Lag(connection.B, 4.9, lag);
        connection.At(4.95, _ => connection.A.Request(connection.A.Close));
        connection.At(4.96, _ => connection.B.Request(connection.B.Probe));

        connection.Run(30);

        connection.B.EndedAt.Should().Be(connection.Start + TimeSpan.FromSeconds(4.9 + lag));
        connection.B.Session.Loss?.Kind.Should().Be(LossKind.PeerGaveUp, "the hasty end says that it did not wait");
        connection.B.ReadTotal.Should().Be(400);
    }

    [Fact]
    public void A_peer_that_had_given_up_confirms_no_close()
    {
        EndProfile patient = EndProfile.With(1, options => options.ReceiveWindow = 256 * 1024);
        SimulatedConnection connection = new(EndProfile.With(60) with { WriteTotal = 60_000 }, patient);
        connection.Forth.Conditions.BufferSize = 256 * 1024;
        connection.Forth.Conditions.BytesPerSecond = 20_000;
        connection.At(1, _ => connection.A.Request(connection.A.Close));
        connection.Stall(connection.Forth, 1.5, 3);

        connection.Run(100);

        connection.B.Session.Loss!.Kind.Should().Be(LossKind.HeartbeatTimedOut);
        connection.A.IsGone.Should().BeTrue();
        connection.A.Session.Outcome.Should().Be(CloseOutcome.NotConfirmed);
    }
}
