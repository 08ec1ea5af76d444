using System.Net.NetworkInformation;
using FsCheck;
using FsCheck.Fluent;
using Liveness.KeepAlive;

namespace Liveness.Tests.KeepAlive;

/// <summary>Every layout from a literal image: the byte at offset n is what the table says stands there.</summary>
public sealed class TcpInfoParseTests
{
    private delegate bool Parser(ReadOnlySpan<byte> info, out TcpInfoSnapshot snapshot);

    [Fact]
    public void Linux()
    {
        byte[] image = Image(280,
            (0, [8]), (2, [3]), (3, [2]), (4, [5]),
            (8, [0x40, 0x0D, 0x03, 0]), (16, [0xB4, 0x05, 0, 0]), (24, [7, 0, 0, 0]), (44, [10, 0, 0, 0]), (52, [20, 0, 0, 0]), (56, [30, 0, 0, 0]),
            (68, [0xE8, 0x03, 0, 0]), (72, [0xF4, 0x01, 0, 0]), (100, [9, 0, 0, 0]), (120, [100, 0, 0, 0, 1]), (128, [200, 0, 0, 0, 2]),
            (136, [11, 0, 0, 0]), (140, [12, 0, 0, 0]), (144, [13, 0, 0, 0]), (148, [14, 0, 0, 0]), (160, [15, 0, 0, 0]), (176, [16, 0, 0, 0]),
            (200, [150, 0, 0, 0, 1]), (208, [20, 0, 0, 0]), (224, [17, 0, 0, 0]), (228, [18, 0, 0, 0]), (232, [19, 0, 0, 0]), (236, [22, 0, 0, 0]), (240, [99, 0, 21, 0]));

        LinuxTcpInfo.TryParse(image, out TcpInfoSnapshot snapshot).Should().BeTrue();

        snapshot.Should().Be(new TcpInfoSnapshot
        {
            State = TcpState.CloseWait,
            Retransmits = 3,
            UnansweredProbes = 2,
            Backoff = 5,
            RetransmissionTimeout = TimeSpan.FromMilliseconds(200),
            SegmentSizeBytes = 1_460,
            UnacknowledgedSegments = 7,
            SinceDataSent = TimeSpan.FromMilliseconds(10),
            SinceDataReceived = TimeSpan.FromMilliseconds(20),
            SinceAckReceived = TimeSpan.FromMilliseconds(30),
            RoundTrip = TimeSpan.FromMilliseconds(1),
            RoundTripVariation = TimeSpan.FromMilliseconds(0.5),
            SegmentsRetransmitted = 9,
            BytesAcknowledged = (1L << 32) + 100,
            BytesReceived = (2L << 32) + 200,
            SegmentsSent = 11,
            SegmentsReceived = 12,
            UnsentBytes = 13,
            MinRoundTrip = TimeSpan.FromMicroseconds(14),
            DeliveryBytesPerSecond = 15,
            LimitedByPeerWindow = TimeSpan.FromMicroseconds(16),
            BytesSent = (1L << 32) + 150,
            BytesRetransmitted = 20,
            SendQueueBytes = 13 + 150 - 20 - 100,
            OutOfOrderSegments = 17,
            PeerWindowBytes = 18,
            OwnWindowBytes = 19,
            PathRehashes = 22,
            RetransmissionTimeouts = 99,
            TimeoutEpisodes = 21,
        });
    }

    [Fact]
    public void An_older_Linux_returns_less_and_what_is_missing_is_null()
    {
        byte[] image = Image(280, (0, [1]), (120, [1]), (148, [255, 255, 255, 255]));

        LinuxTcpInfo.TryParse(image.AsSpan(0, 104), out TcpInfoSnapshot of2014).Should().BeTrue();
        of2014.SegmentsRetransmitted.Should().Be(0);
        of2014.BytesAcknowledged.Should().BeNull();
        of2014.SendQueueBytes.Should().BeNull();
        LinuxTcpInfo.TryParse(image.AsSpan(0, 231), out TcpInfoSnapshot cut).Should().BeTrue();
        cut.OutOfOrderSegments.Should().Be(0);
        cut.PeerWindowBytes.Should().BeNull("half a field is none");
        cut.MinRoundTrip.Should().BeNull("all ones means not measured");
        cut.SendQueueBytes.Should().Be(0, "the SYN counts as an acknowledged byte, and less than nothing can't wait");
        LinuxTcpInfo.TryParse([], out _).Should().BeFalse();
    }

    [Fact]
    public void Windows_version_1()
    {
        byte[] image = Image(136,
            (0, [7, 0, 0, 0]), (4, [0xB4, 0x05, 0, 0]), (8, [0x10, 0x27]), (20, [0xE8, 0x03, 0, 0]), (24, [0xF4, 0x01, 0, 0]), (28, [5, 0, 0, 0]), (32, [6, 0, 0, 0]),
            (36, [7, 0, 0, 0]), (40, [8, 0, 0, 0]), (44, [9, 0, 0, 0]), (48, [10, 0, 0, 0, 1]), (56, [11, 0, 0, 0, 2]), (64, [12, 0, 0, 0]), (68, [13, 0, 0, 0]),
            (72, [14, 0, 0, 0]), (76, [15, 0, 0, 0]), (80, [16, 0, 0, 0]), (84, [1]), (88, [17, 0, 0, 0]), (92, [18, 0, 0, 0]));
        TcpInfoSnapshot expected = new()
        {
            State = TcpState.CloseWait,
            SegmentSizeBytes = 1_460,
            RoundTrip = TimeSpan.FromMilliseconds(1),
            MinRoundTrip = TimeSpan.FromMilliseconds(0.5),
            BytesInFlight = 5,
            PeerWindowBytes = 7,
            OwnWindowBytes = 8,
            BytesSent = (1L << 32) + 10,
            BytesReceived = (2L << 32) + 11,
            OutOfOrderBytes = 12,
            BytesRetransmitted = 13,
            TimeoutEpisodes = 16,
            LimitedByPeerWindow = TimeSpan.FromMilliseconds(18),
        };

        WindowsTcpInfo.TryParse(image, out TcpInfoSnapshot version1).Should().BeTrue();
        WindowsTcpInfo.TryParse(image.AsSpan(0, WindowsTcpInfo.SizeOfVersion0), out TcpInfoSnapshot version0).Should().BeTrue();

        version1.Should().Be(expected);
        version0.Should().Be(expected with { LimitedByPeerWindow = null });
        WindowsTcpInfo.TryParse(image.AsSpan(0, 3), out _).Should().BeFalse();
    }

    [Fact]
    public void MacOS()
    {
        byte[] image = Image(112,
            (0, [5]), (8, [1]), (12, [230, 0, 0, 0]), (16, [0xB4, 0x05, 0, 0]), (24, [1, 0, 0, 0]), (28, [2, 0, 0, 0]), (32, [3, 0, 0, 0]), (36, [4, 0, 0, 0]),
            (40, [5, 0, 0, 0]), (44, [6, 0, 0, 0]), (48, [7, 0, 0, 0]), (52, [255, 255, 255, 255]), (56, [8]), (64, [9, 0, 0, 0, 1]), (72, [10]), (80, [11]), (88, [12]), (96, [13]), (104, [14]));

        MacTcpInfo.TryParse(image, out TcpInfoSnapshot snapshot).Should().BeTrue();

        snapshot.Should().Be(new TcpInfoSnapshot
        {
            State = TcpState.CloseWait,
            RetransmissionTimeout = TimeSpan.FromMilliseconds(230),
            SegmentSizeBytes = 1_460,
            PeerWindowBytes = 2,
            SendQueueBytes = 3,
            OwnWindowBytes = 4,
            RoundTrip = TimeSpan.FromMilliseconds(6),
            RoundTripVariation = TimeSpan.FromMilliseconds(7),
            SegmentsSent = 8,
            BytesSent = (1L << 32) + 9,
            BytesRetransmitted = 10,
            BytesReceived = 12,
            OutOfOrderBytes = 13,
            SegmentsRetransmitted = 14,
        });
        MacTcpInfo.TryParse([], out _).Should().BeFalse();
    }

    [Fact]
    public void The_numbers_of_the_states_differ_from_kernel_to_kernel()
    {
        States(LinuxTcpInfo.TryParse, 1).Should().Equal(
            TcpState.Established, TcpState.SynSent, TcpState.SynReceived, TcpState.FinWait1, TcpState.FinWait2, TcpState.TimeWait,
            TcpState.Closed, TcpState.CloseWait, TcpState.LastAck, TcpState.Listen, TcpState.Closing, TcpState.Unknown);
        States(WindowsTcpInfo.TryParse, 0).Should().Equal(
            TcpState.Closed, TcpState.Listen, TcpState.SynSent, TcpState.SynReceived, TcpState.Established, TcpState.FinWait1, TcpState.FinWait2,
            TcpState.CloseWait, TcpState.Closing, TcpState.LastAck, TcpState.TimeWait, TcpState.Unknown);
        States(MacTcpInfo.TryParse, 0).Should().Equal(
            TcpState.Closed, TcpState.Listen, TcpState.SynSent, TcpState.SynReceived, TcpState.Established, TcpState.CloseWait, TcpState.FinWait1,
            TcpState.Closing, TcpState.LastAck, TcpState.FinWait2, TcpState.TimeWait, TcpState.Unknown);
    }

    [Fact]
    public void No_bytes_of_any_length_do_harm()
    {
        Gen<byte[]> gen = Gen.Choose(0, 300).SelectMany(length => Gen.Elements<byte>(0, 1, 127, 128, 255).ArrayOf(length));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000), Prop.ForAll(gen.ToArbitrary(), bytes =>
        {
            LinuxTcpInfo.TryParse(bytes, out TcpInfoSnapshot linux).Should().Be(bytes.Length >= 1);
            WindowsTcpInfo.TryParse(bytes, out TcpInfoSnapshot windows).Should().Be(bytes.Length >= 4);
            MacTcpInfo.TryParse(bytes, out TcpInfoSnapshot mac).Should().Be(bytes.Length >= 1);
            new[] { linux, windows, mac }.Should().OnlyContain(snapshot => !(snapshot.BytesSent < 0) && !(snapshot.SendQueueBytes < 0));
        }));
    }

    private static IEnumerable<TcpState> States(Parser parse, int first) => Enumerable.Range(first, 12).Select(number =>
    {
        parse([(byte)number, 0, 0, 0], out TcpInfoSnapshot snapshot).Should().BeTrue();
        return snapshot.State;
    });

    private static byte[] Image(int size, params (int Offset, byte[] Bytes)[] fields)
    {
        byte[] image = new byte[size];
        foreach ((int offset, byte[] bytes) in fields)
        {
            bytes.CopyTo(image, offset);
        }

        return image;
    }
}
