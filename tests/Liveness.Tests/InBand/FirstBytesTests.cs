using Liveness.Tests.Support;

namespace Liveness.Tests.InBand;

/// <summary>What a peer is, by its first bytes and by the time that they take.</summary>
public sealed class FirstBytesTests
{
    private static readonly Instant s_begun = new(1_000_000);
    private static readonly TimeSpan s_after = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_most = TimeSpan.FromSeconds(10);
    private static readonly byte[] s_hello = PeerFrames.Hello();

    public static TheoryData<int> Cuts => [.. Enumerable.Range(1, FirstBytes.Needed)];

    [Theory]
    [MemberData(nameof(Cuts))]
    public void A_HELLO_that_is_split_anywhere_is_Liveness_with_its_eighth_byte(int cut)
    {
        FirstBytes first = Begin();

        PeerKind before = first.Take(s_hello.AsSpan(0, cut));
        PeerKind after = first.Take(s_hello.AsSpan(cut));

        before.Should().Be(cut < FirstBytes.Needed ? PeerKind.Undecided : PeerKind.Liveness);
        (after, first.Sign).Should().Be((PeerKind.Liveness, PlainSign.None));
    }

    [Fact]
    public void A_HELLO_byte_by_byte_is_Liveness_with_its_eighth_byte()
    {
        FirstBytes first = Begin();

        PeerKind[] kinds = [.. s_hello.Take(8).Select(one => first.Take([one]))];

        kinds.Should().Equal([.. Enumerable.Repeat(PeerKind.Undecided, 7), PeerKind.Liveness]);
    }

    /// <summary>The rule of the reader of frames is the rule here: no peer is Liveness for one and none for the other.</summary>
    [Fact]
    public void Any_byte_in_any_place_decides_as_the_reader_of_frames_does()
    {
        for (int at = 0; at < FirstBytes.Needed; at++)
        {
            for (int value = 0; value < 256; value++)
            {
                byte[] bytes = s_hello[..];
                bytes[at] = (byte)value;
                FirstBytes first = Begin();
                FrameReader reader = new(WireLimits.MaxDataPayload);
                ReadOnlySpan<byte> input = bytes.AsSpan(0, FirstBytes.Needed);

                PeerKind kind = first.Take(bytes);
                bool isForeign = reader.Read(ref input, out _) == FrameEvent.NotLiveness;

                (kind, isForeign).Should().Be((isForeign ? PeerKind.Plain : PeerKind.Liveness, isForeign), $"byte {at} is {value}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cuts))]
    public void The_first_byte_that_does_not_belong_to_a_HELLO_decides_at_once(int right)
    {
        FirstBytes first = Begin();
        byte wrong = (byte)(right == 4 ? 1 : 0xFF);

        PeerKind kind = first.Take([.. s_hello[..(right - 1)], wrong]);

        (kind, first.Sign).Should().Be((PeerKind.Plain, PlainSign.Bytes));
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n")]
    [InlineData("\u0016\u0003\u0001\u0002")]
    [InlineData("*1\r\n$4\r\nPING\r\n")]
    [InlineData("\u0010\u0010\0\u0004MQTT")]
    [InlineData("\0\0\0\u0008")]
    public void What_others_say_first_is_plain_with_the_first_byte(string said)
    {
        FirstBytes first = Begin();

        first.Take([(byte)said[0]]).Should().Be(PeerKind.Plain);
    }

    [Fact]
    public void A_silent_peer_is_plain_when_its_time_is_up_and_not_a_tick_before()
    {
        FirstBytes first = Begin();

        first.Tick(s_begun + s_after - TimeSpan.FromTicks(1), mayBeHere: false).Should().Be(PeerKind.Undecided);
        first.Tick(s_begun + s_after, mayBeHere: false).Should().Be(PeerKind.Plain);
        first.Sign.Should().Be(PlainSign.Silence);
    }

    /// <summary>A byte a second, or a byte a day: the time runs from the begin.</summary>
    [Fact]
    public void Half_a_HELLO_buys_no_time()
    {
        FirstBytes first = Begin();
        first.Take(s_hello.AsSpan(0, 7));

        first.DueAt.Should().Be(s_begun + s_after);
        first.Tick(s_begun + s_after, mayBeHere: false).Should().Be(PeerKind.Plain);
        first.Sign.Should().Be(PlainSign.Fragment);
    }

    [Fact]
    public void A_peer_whose_bytes_may_be_here_unread_is_waited_for_until_the_handshake_timeout()
    {
        FirstBytes first = Begin();
        List<Instant> looks = [];
        while (first.Tick(first.DueAt, mayBeHere: true) == PeerKind.Undecided)
        {
            looks.Add(first.DueAt);
        }

        looks.Should().HaveCount(9).And.OnlyHaveUniqueItems();
        looks[^1].Should().Be(s_begun + s_most);
        first.Kind.Should().Be(PeerKind.Plain);
    }

    [Fact]
    public void A_HELLO_that_is_found_in_the_very_tick_of_the_deadline_counts()
    {
        FirstBytes first = Begin();

        first.Take(s_hello).Should().Be(PeerKind.Liveness);
        first.Tick(s_begun + s_after, mayBeHere: false).Should().Be(PeerKind.Liveness);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void A_peer_that_ends_its_direction_before_its_HELLO_is_plain_at_once(int bytes)
    {
        FirstBytes first = Begin();
        first.Take(s_hello.AsSpan(0, bytes));

        first.End();

        (first.Kind, first.Sign).Should().Be((PeerKind.Plain, PlainSign.End));
    }

    [Fact]
    public void What_is_decided_stays_so()
    {
        FirstBytes plain = Begin();
        plain.Take("GET"u8);
        FirstBytes liveness = Begin();
        liveness.Take(s_hello);

        plain.Take(s_hello).Should().Be(PeerKind.Plain);
        liveness.Take("GET"u8);
        liveness.End();
        liveness.Kind.Should().Be(PeerKind.Liveness);
    }

    private static FirstBytes Begin() => new(s_begun, s_after, s_most);
}
