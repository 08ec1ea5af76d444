using Liveness.Tool.Conformance;

namespace Liveness.Tests.Tool.Conformance;

public sealed class RuleBookTests
{
    private readonly RuleBook _rules = new() { Ours = new RawHello { MinRx = 20 }, Granted = 100, Spacing = 20 };

    [Fact]
    public void What_a_good_peer_sends_breaks_nothing()
    {
        Open();
        _rules.Sent = 10;
        _rules.OnOurBeat(7, asks: true);

        Come(Beat(1)).Should().BeNull();
        Come(Raw.Frame(Raw.Data, EchoPattern.Make(0, 10))).Should().BeNull();
        Come(Beat(2) with { EchoSeq = 7, EchoDelay = 5, Received = 10, Consumed = 10, Flags = RawBeat.Answers }).Should().BeNull();
        Come(Raw.CreditFrame(70_000)).Should().BeNull();
        Come(Raw.RateFrame(1000, 20, 20, 1)).Should().BeNull();
        Come(Raw.Frame(0x90, 1, 2)).Should().BeNull();
        Come(Raw.Frame(Raw.End)).Should().BeNull();
        Come(Raw.GoodbyeFrame(0, "")).Should().BeNull();
    }

    [Fact]
    public void The_first_frame_is_a_hello() => Come(Beat(1)).Should().StartWith("2, 3.1");

    [Fact]
    public void Nothing_follows_a_goodbye()
    {
        Open();
        Come(Raw.GoodbyeFrame(0, ""));

        Come(Beat(1)).Should().StartWith("2.5");
    }

    [Theory]
    [InlineData("2.2", 8u, 0u, 0xFFFFFFFFu, 0ul, 0ul, (byte)4)]
    [InlineData("5.6", 9u, 0u, 0xFFFFFFFFu, 0ul, 0ul, (byte)0)]
    [InlineData("5.7", 8u, 99u, 5u, 0ul, 0ul, (byte)0)]
    [InlineData("5.9", 8u, 0u, 0xFFFFFFFFu, 11ul, 0ul, (byte)0)]
    [InlineData("5.9", 8u, 0u, 0xFFFFFFFFu, 5ul, 6ul, (byte)0)]
    [InlineData("2.2", 8u, 3u, 0xFFFFFFFFu, 0ul, 0ul, (byte)0)]
    public void A_beat_that_breaks_a_rule_is_named_by_its_section(string section, uint seq, uint echo, uint delay, ulong received, ulong consumed, byte flags)
    {
        Open();
        _rules.Sent = 10;
        Come(Beat(7));

        Come(new RawBeat { Seq = seq, EchoSeq = echo, EchoDelay = delay, Received = received, Consumed = consumed, Flags = flags }).Should().StartWith(section);
    }

    [Fact]
    public void Bytes_that_are_not_those_that_were_sent_are_seen()
    {
        Open();
        _rules.Sent = 10;

        Come(Raw.Frame(Raw.Data, EchoPattern.Make(1, 5))).Should().StartWith("2.7");
    }

    [Fact]
    public void Data_beyond_credit_is_seen()
    {
        Open();
        _rules.Sent = 1000;

        Come(Raw.Frame(Raw.Data, EchoPattern.Make(0, 101))).Should().StartWith("7");
    }

    [Fact]
    public void A_ninth_beat_that_keeps_no_distance_is_seen()
    {
        Open();
        for (uint seq = 0; seq < 8; seq++)
        {
            Come(Beat(seq)).Should().BeNull();
        }

        Come(Beat(8)).Should().StartWith("5.2");
    }

    private void Open() => Come(new RawHello().ToFrame()).Should().BeNull();

    private static RawBeat Beat(uint seq) => new() { Seq = seq, EchoDelay = Raw.NoEcho };

    private string? Come(RawBeat beat) => Come(beat.ToFrame());

    private string? Come(byte[] frame) => _rules.Check(new Arrival(frame[0], frame[Raw.HeaderSize..], frame.Length - Raw.HeaderSize, TimeSpan.Zero));
}
