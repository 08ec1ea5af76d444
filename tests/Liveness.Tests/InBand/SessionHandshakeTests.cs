using System.Text;
using Liveness.Tests.Support;

namespace Liveness.Tests.InBand;

public class SessionHandshakeTests
{
    [Fact]
    public void Two_ends_open_and_know_each_other_by_the_same_incident_id()
    {
        SessionPair pair = SessionPair.Open();

        pair.Left.Session.State.Should().Be(LivenessState.Alive);
        pair.Left.Session.Bound.Should().Be(TimeSpan.FromSeconds(4));
        pair.Left.Session.IncidentId.Should().Be("00000000000000030000000000000003").And.Be(pair.Right.Session.IncidentId);
        pair.Left.TakeSignal(SessionSignals.Opened).Should().BeTrue();
        pair.Right.TakeSignal(SessionSignals.Opened).Should().BeTrue();
    }

    [Fact]
    public void Open_is_said_only_once_both_HELLOs_are_through()
    {
        SessionEnd end = new();
        end.Start(0);
        end.Receive(0, PeerFrames.Hello());
        end.Session.IsOpen.Should().BeFalse();
        end.TakeSignal(SessionSignals.Opened).Should().BeFalse();
        end.Session.State.Should().Be(LivenessState.Connecting);

        end.TakeOnce(1);

        end.Session.IsOpen.Should().BeTrue();
        end.TakeSignal(SessionSignals.Opened).Should().BeTrue();
    }

    [Fact]
    public void Before_it_is_open_its_bound_is_the_handshake_timeout()
    {
        SessionEnd end = new();
        end.NextWake(0).Should().Be(double.PositiveInfinity, "it has not started");
        end.Start(0);

        end.Session.Bound.Should().Be(TimeSpan.FromSeconds(10));
        end.NextWake(0).Should().Be(7_500, "the lag of our own pool is measured first");
        end.NextWake(7_500).Should().Be(10_000);
    }

    [Fact]
    public void A_peer_that_says_nothing_fails_the_handshake_in_time()
    {
        SessionEnd end = new();
        end.Start(0);
        end.Tick(9_999);
        end.Loss.Should().BeNull();

        end.Tick(10_000);

        end.Loss!.Kind.Should().Be(LossKind.HandshakeFailed);
        end.Loss.Detail.Should().Be("the peer has not started Liveness yet, or does not speak it");
        end.Loss.Evidence.FirstBytes.Should().BeNull();
        end.Session.Farewell.Should().BeNull();
    }

    [Fact]
    public void Half_a_HELLO_fails_it_with_other_words_and_what_was_read()
    {
        SessionEnd end = new();
        end.Start(0);
        end.Receive(5_000, PeerFrames.Hello()[..20]);

        end.Tick(10_000);

        end.Loss!.Kind.Should().Be(LossKind.HandshakeFailed);
        end.Loss.Detail.Should().Be("the peer began a handshake and did not finish it");
        end.Loss.Evidence.FirstBytes!.Value.ToArray().Should().Equal(PeerFrames.Hello()[..16]);
    }

    [Fact]
    public void Our_own_pause_is_not_the_peers_delay_and_wakes_nobody_for_nothing()
    {
        SessionEnd end = new() { Pauses = PauseLedger.Empty.Add(MachineRig.At(1_000), MachineRig.At(61_000)) };
        end.Start(0);

        end.Tick(61_000);

        end.Loss.Should().BeNull();
        end.NextWake(61_000).Should().Be(67_500);
        end.NextWake(67_500).Should().Be(70_000);
        end.Tick(70_000);
        end.Loss!.Kind.Should().Be(LossKind.HandshakeFailed);
    }

    [Theory]
    [InlineData(0, "the peer closed the connection before it said anything: it does not speak Liveness, or refused")]
    [InlineData(10, "the peer closed the connection in the middle of the handshake")]
    public void An_end_before_HELLO_fails_the_handshake(int received, string detail)
    {
        SessionEnd end = new();
        end.Start(0);
        if (received > 0)
        {
            end.Receive(1, PeerFrames.Hello()[..received]);
        }


        end.EndOfRead(2);

        end.Loss!.Kind.Should().Be(LossKind.HandshakeFailed);
        end.Loss.Detail.Should().Be(detail);
    }

    [Fact]
    public void Other_protocols_are_recognised_by_their_first_bytes()
    {
        byte[][] others =
        [
            Encoding.ASCII.GetBytes("220 mail.example.org ESMTP ready\r\n"),
            Encoding.ASCII.GetBytes("HTTP/1.1 400 Bad Request\r\n"),
            [0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x28],
            [0x16, 0x03, 0x01, 0x02, 0x00, 0x01],
            [0x01, 0x00, 0x00, 0x40, (byte)'L', (byte)'I', (byte)'V', (byte)'X'],
        ];
        foreach (byte[] bytes in others)
        {
            SessionEnd end = new();
            end.Start(0);

            end.Receive(1, bytes);

            end.Loss!.Kind.Should().Be(LossKind.PeerNotLiveness);
            end.Loss.Evidence.FirstBytes!.Value.ToArray().Should().Equal(bytes.Take(16));
            end.Session.Farewell.Should().BeNull("who does not speak our language is told nothing");
        }
    }

    [Fact]
    public void Our_own_bytes_that_come_back_are_a_mirror()
    {
        SessionEnd end = new();
        end.Start(0);

        end.Receive(1, end.Take(0));

        end.Loss!.Kind.Should().Be(LossKind.PeerNotLiveness);
        end.Loss.Detail.Should().Be("our own bytes come back: something mirrors them");
    }

    [Fact]
    public void Two_ends_in_one_process_are_no_mirror()
    {
        SessionEnd end = new();
        end.Start(0);
        end.Take(0);

        end.Receive(1, PeerFrames.Hello(PeerFrames.GoodHello with { InstanceId = 77 }));

        end.Session.IsOpen.Should().BeTrue();
    }

    [Theory]
    [InlineData(1, 1, true)]
    [InlineData(1, 9, true)]
    [InlineData(2, 9, false)]
    public void A_common_version_is_needed(byte least, byte most, bool common)
    {
        SessionEnd end = new();
        end.Start(0);
        end.Take(0);

        end.Receive(1, PeerFrames.Hello(PeerFrames.GoodHello with { MinVersion = least, MaxVersion = most }));

        end.Session.IsOpen.Should().Be(common);
        end.Loss?.Detail.Should().Be("no common protocol version: the peer speaks 2 to 9, this end 1");
        end.Session.Farewell.Should().Be(common ? null : GoodbyeCode.Refused);
    }

    [Theory]
    [InlineData(1_000, true, true)]
    [InlineData(1_001, true, false)]
    [InlineData(1_001, false, true)]
    public void A_peer_that_cannot_beat_often_enough_is_refused_where_the_bound_is_required(uint minTx, bool required, bool opens)
    {
        SessionEnd end = new(new HeartbeatOptions { DetectWithin = TimeSpan.FromSeconds(4), RequireBound = required });
        end.Start(0);
        end.Take(0);

        end.Receive(1, PeerFrames.Hello(PeerFrames.GoodHello with { Intervals = new WireIntervals(1_000, 20, minTx) }));

        end.Session.IsOpen.Should().Be(opens);
        end.Loss?.Kind.Should().Be(LossKind.HandshakeFailed);
        end.Session.Farewell.Should().Be(opens ? null : GoodbyeCode.Refused);
    }

    [Theory]
    [InlineData(true, LossKind.BoundExceeded)]
    [InlineData(false, null)]
    internal void A_peer_that_slows_down_later_meets_the_same_requirement(bool required, LossKind? loss)
    {
        SessionEnd end = new(new HeartbeatOptions { DetectWithin = TimeSpan.FromSeconds(4), RequireBound = required });
        end.Start(0);
        end.Take(0);
        end.Receive(1, PeerFrames.Hello());
        end.Take(1);

        end.Receive(2, PeerFrames.Rate(1, new WireIntervals(86_400_000, 86_400_000, 86_400_000)));

        (end.Loss?.Kind).Should().Be(loss);
        end.Session.Farewell.Should().Be(required ? GoodbyeCode.Refused : null);
        end.Loss?.Detail.Should().Contain("86400000 ms").And.Contain("RequireBound");
    }

    [Fact]
    public void What_is_wanted_before_it_is_open_is_not_forgotten()
    {
        SessionEnd end = new();
        end.Start(0);
        end.Session.ChangeRate(MachineRig.Rate(8));
        end.Session.RequestProbe(MachineRig.At(0));
        end.Take(0);
        end.Receive(1, PeerFrames.Hello());

        PeerFrames.Types(end.Take(1)).Should().Be("Rate");
        end.Tick(21);
        byte[] beat = end.Take(21);
        PeerFrames.Types(beat).Should().Be("Beat");
        beat[4 + 34].Should().Be((byte)BeatFlags.AnswerAtOnce);
        end.Session.Bound.Should().Be(TimeSpan.FromSeconds(8));
    }
}
