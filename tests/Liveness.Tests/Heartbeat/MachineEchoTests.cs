using Liveness.Tests.Support;

namespace Liveness.Tests.Heartbeat;

public class MachineEchoTests
{
    /// <summary>Draws 4,294,967,293 as the first sequence number: the fourth beat wraps.</summary>
    private const ulong WrappingSeed = 0xB2EE46538135E145;

    [Fact]
    public void An_echo_of_a_beat_that_was_never_sent_is_a_violation()
    {
        MachineRig rig = new();
        uint first = rig.TickAndSend(0).Sequence;

        rig.Beat(10, echo: first + 1).Should().Be(ProtocolRule.EchoNeverSent);
        new MachineRig().Beat(10, echo: first).Should().Be(ProtocolRule.EchoNeverSent, "nothing was sent at all");
    }

    [Fact]
    public void An_echo_from_before_the_first_beat_is_a_violation()
    {
        MachineRig rig = new();
        uint first = rig.TickAndSend(0).Sequence;

        rig.Beat(10, echo: first - 1).Should().Be(ProtocolRule.EchoNeverSent);
    }

    [Fact]
    public void An_echo_never_goes_back()
    {
        MachineRig rig = new();
        uint first = rig.TickAndSend(0).Sequence;
        uint second = rig.TickAndSend(1_000).Sequence;

        rig.Beat(1_010, echo: second).Should().Be(ProtocolRule.None);
        rig.Beat(1_020, echo: second).Should().Be(ProtocolRule.None, "it may stay");
        rig.Beat(1_030, echo: first).Should().Be(ProtocolRule.EchoRegressed);
    }

    [Fact]
    public void An_echo_never_vanishes()
    {
        MachineRig rig = new();
        uint first = rig.TickAndSend(0).Sequence;
        rig.Beat(10, echo: first);

        BeatFrame without = new(101, 0, BeatFrame.NoEcho, 0, 0, 0, 0, BeatFlags.None, 0);

        rig.Raw(20, without, out _).Should().Be(ProtocolRule.EchoRegressed);
    }

    [Theory]
    [InlineData(100u)]
    [InlineData(102u)]
    public void Beats_of_the_peer_come_in_sequence(uint second)
    {
        MachineRig rig = new();
        rig.Beat(0);

        rig.Raw(10, new BeatFrame(second, 0, BeatFrame.NoEcho, 0, 0, 0, 0, BeatFlags.None, 0), out _).Should().Be(ProtocolRule.SequenceNotNext);
    }

    [Fact]
    public void The_peers_sequence_may_wrap()
    {
        MachineRig rig = new();
        rig.Raw(0, new BeatFrame(uint.MaxValue, 0, BeatFrame.NoEcho, 0, 0, 0, 0, BeatFlags.None, 0), out _);

        rig.Raw(10, new BeatFrame(0, 0, BeatFrame.NoEcho, 0, 0, 0, 0, BeatFlags.None, 0), out _).Should().Be(ProtocolRule.None);
    }

    [Theory]
    [InlineData(101, 50, 100, ProtocolRule.CountBeyondSent)]
    [InlineData(100, 101, 100, ProtocolRule.ConsumedBeyondReceived)]
    [InlineData(100, 100, 100, ProtocolRule.None)]
    [InlineData(49, 40, 100, ProtocolRule.CountRegressed)]
    [InlineData(50, 39, 100, ProtocolRule.CountRegressed)]
    public void The_peers_counts_neither_fall_nor_exceed_what_was_sent(ulong received, ulong consumed, ulong sent, object rule)
    {
        MachineRig rig = new() { Counts = new StreamCounts(sent, 0, 0) };
        rig.Beat(0, received: 50, consumed: 40).Should().Be(ProtocolRule.None);

        rig.Beat(10, received: received, consumed: consumed).Should().Be((ProtocolRule)rule);
    }

    [Fact]
    public void A_beat_that_breaks_a_rule_changes_nothing()
    {
        MachineRig rig = new();
        uint first = rig.TickAndSend(0).Sequence;
        rig.Beat(10, echo: first);
        rig.Beat(300, echo: first + 1, flags: BeatFlags.AnswerAtOnce);

        rig.Machine.RoundTrip.Should().Be(TimeSpan.FromMilliseconds(10));
        rig.Machine.BeatsReceived.Should().Be(1);
        rig.Machine.CanSendBeat(MachineRig.At(300)).Should().BeFalse();
    }

    [Fact]
    public void Our_sequence_wraps_without_anybody_noticing()
    {
        MachineRig rig = new(seed: WrappingSeed);
        uint sequence = rig.TickAndSend(0).Sequence;
        sequence.Should().Be(uint.MaxValue - 2);
        for (int i = 1; i <= 8; i++)
        {
            rig.Beat((i * 1_000) - 900, echo: sequence).Should().Be(ProtocolRule.None);
            rig.Machine.RoundTrip.Should().Be(TimeSpan.FromMilliseconds(100));
            rig.Machine.RequestProbe(MachineRig.At((i * 1_000) - 500));
            rig.TickAndSend(i * 1_000).Sequence.Should().Be(unchecked(sequence + 1));
            sequence++;
        }

        rig.Beat(8_100, out bool answered, echo: sequence).Should().Be(ProtocolRule.None);
        answered.Should().BeTrue();
        rig.Beat(8_200, echo: uint.MaxValue).Should().Be(ProtocolRule.EchoRegressed);
    }

    [Fact]
    public void An_echo_older_than_the_ring_moves_the_outbound_age_and_not_the_round_trip()
    {
        MachineRig rig = new();
        uint first = rig.TickAndSend(0).Sequence;
        for (int i = 1; i <= 64; i++)
        {
            rig.Hear(i * 1_000);
            rig.TickAndSend(i * 1_000);
        }

        rig.Beat(64_500, echo: first);

        rig.Machine.RoundTrip.Should().BeNull();
        rig.Machine.OutboundAge(MachineRig.At(64_500), rig.Health).Should().Be(TimeSpan.FromMilliseconds(63_500), "the oldest that is known");
        rig.Beat(64_600, echo: first + 1);
        rig.Machine.RoundTrip.Should().Be(TimeSpan.FromMilliseconds(63_600));
    }
}
