using System.Net.Sockets;
using Liveness.Tests.Support;

namespace Liveness.Tests.InBand;

/// <summary>The read side has the last word.</summary>
public class SessionWriteFailureTests
{
    private static readonly SocketException s_brokenPipe = new((int)SocketError.Shutdown);

    [Fact]
    public void A_failed_write_stops_the_sending_and_is_judged_a_second_later()
    {
        SessionPair pair = SessionPair.Open();

        pair.Left.FailWrite(10, s_brokenPipe);

        pair.Left.Session.HasOutput(MachineRig.At(10)).Should().BeFalse();
        pair.Left.TakeOnce(10).Should().BeEmpty();
        pair.Left.Loss.Should().BeNull();
        Looks(pair.Left, 10).Should().Be(1_010);
        pair.Left.Loss!.Kind.Should().Be(LossKind.ConnectionReset);
        pair.Left.Loss.Exception.Should().BeSameAs(s_brokenPipe);
        pair.Left.Loss.Evidence.WriteFailure.Should().Be(s_brokenPipe.Message);
    }

    [Fact]
    public void With_a_short_bound_after_a_quarter_of_it()
    {
        HeartbeatOptions options = new() { DetectWithin = TimeSpan.FromSeconds(1) };
        SessionPair pair = SessionPair.Open(options, options);

        pair.Left.FailWrite(10, s_brokenPipe);

        Looks(pair.Left, 10).Should().Be(260);
    }

    [Fact]
    public void A_goodbye_that_was_already_here_makes_it_orderly()
    {
        SessionPair pair = SessionPair.Open();
        pair.Left.FailWrite(10, s_brokenPipe);

        pair.Left.Receive(500, PeerFrames.Data(4), PeerFrames.Goodbye(0));
        pair.Left.EndOfRead(501);

        pair.Left.Tick(5_000);
        pair.Left.Loss.Should().BeNull();
        pair.Left.Session.State.Should().Be(LivenessState.Closed);
        pair.Left.Read(out byte[] data).Should().Be(ReadStatus.Data);
        data.Should().HaveCount(4);
    }

    [Fact]
    public void An_end_of_the_read_side_decides_at_once_and_keeps_the_write_failure_as_evidence()
    {
        SessionPair pair = SessionPair.Open();
        pair.Left.FailWrite(10, s_brokenPipe);

        pair.Left.EndOfRead(20);

        pair.Left.Loss!.Kind.Should().Be(LossKind.ClosedWithoutGoodbye);
        pair.Left.Loss.Evidence.WriteFailure.Should().Be(s_brokenPipe.Message);
        pair.Left.Loss.Evidence.SocketError.Should().Be(SocketError.Shutdown);
    }

    [Fact]
    public void A_process_that_sleeps_after_it_has_still_a_second_to_read()
    {
        SessionPair pair = SessionPair.Open();
        pair.Left.FailWrite(10, s_brokenPipe);
        pair.Left.Pauses = PauseLedger.Empty.Add(MachineRig.At(100), MachineRig.At(60_100));

        pair.Left.Tick(60_100);
        pair.Left.Loss.Should().BeNull();
        Looks(pair.Left, 60_100).Should().Be(61_010);
    }

    [Fact]
    public void A_second_failure_gives_no_second_chance()
    {
        SessionPair pair = SessionPair.Open();
        pair.Left.FailWrite(10, s_brokenPipe);
        pair.Left.FailWrite(900, new IOException("another"));

        Looks(pair.Left, 900).Should().Be(1_010);
        pair.Left.Loss!.Exception.Should().BeSameAs(s_brokenPipe);
    }

    [Fact]
    public void It_counts_in_the_handshake_too()
    {
        SessionEnd end = new();
        end.Start(0);
        end.Take(0);

        end.FailWrite(10, s_brokenPipe);

        Looks(end, 10).Should().Be(1_010);
    }

    /// <summary>Wakes it only when it asks to.</summary>
    /// <returns>When it was lost.</returns>
    private static double Looks(SessionEnd end, double from)
    {
        double now = from;
        for (int i = 0; end.Loss is null && i < 100; i++)
        {
            now = end.NextWake(now);
            end.Tick(now);
        }

        return now;
    }
}
