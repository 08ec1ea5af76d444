using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Liveness.Tool.Doctor;

namespace Liveness.Tests.Tool.Doctor;

public sealed class DiagReaderTests
{
    [Fact]
    public void A_real_dump_gives_every_socket_with_its_numbers()
    {
        SocketRecord[] sockets = ReadAll();

        sockets.Should().HaveCount(12);
        sockets.Count(one => one.State == TcpState.Listen).Should().Be(2);
        SocketRecord closedWindow = sockets.Single(one => one.Local.Port == 41003);
        closedWindow.Local.Should().Be(new IPEndPoint(IPAddress.Loopback, 41003));
        closedWindow.Remote.Should().Be(new IPEndPoint(IPAddress.Loopback, 41000));
        closedWindow.State.Should().Be(TcpState.Established);
        closedWindow.Timer.Should().Be(SocketTimer.WindowProbe);
        closedWindow.SendQueue.Should().BeGreaterThan(100_000);
        closedWindow.Inode.Should().NotBe(0);
        closedWindow.Info!.Value.SinceDataSent.Should().BeCloseTo(TimeSpan.FromSeconds(6), TimeSpan.FromSeconds(0.5));
        closedWindow.ReceiveBuffer.Should().BeGreaterThan(10_000);
        closedWindow.IsWithinHost.Should().BeTrue();
    }

    [Fact]
    public void Keepalive_is_seen_by_its_timer()
    {
        SocketRecord[] sockets = ReadAll();

        SocketRecord watched = sockets.Single(one => one.Local.Port == 41001);
        watched.Timer.Should().Be(SocketTimer.KeepAlive);
        watched.TimerDue.Should().BeCloseTo(TimeSpan.FromHours(2), TimeSpan.FromSeconds(10));
        sockets.Single(one => one.Remote.Port == 41001).Timer.Should().Be(SocketTimer.None);
    }

    [Fact]
    public void IPv4_on_an_IPv6_socket_is_shown_as_IPv4()
    {
        SocketRecord[] sockets = ReadAll();

        sockets.Single(one => one.Remote.Port == 41012).Remote.Address.Should().Be(IPAddress.Loopback);
        sockets.Single(one => one.Remote.Port == 41011).Remote.Address.Should().Be(IPAddress.IPv6Loopback);
    }

    [Fact]
    public void What_the_real_dump_shows_is_judged_as_it_was_made()
    {
        FindingRules rules = new(idleLimit: null);

        // All of them are within this host: nothing is to be said of keepalive. 6 s of waiting for a reader or a close are not long yet.
        // The listener on [::] takes one connection at a time, and accepts none.
        (int Port, FindingKind Kind)[] found = [.. ReadAll().SelectMany(one => rules.Judge(one), (one, finding) => (one.Local.Port, finding.Kind))];

        found.Should().Equal((41003, FindingKind.ClosedWindow), (41010, FindingKind.AcceptQueueFull));
    }

    /// <summary>The kernel is not hostile, but a sandbox may speak in its place: no bytes make the reader throw, hang or grow.</summary>
    [Fact]
    public void Damaged_answers_are_survived()
    {
        Random random = new(20);
        foreach (byte[] datagram in DiagImage.Datagrams)
        {
            for (int i = 0; i < 2000; i++)
            {
                byte[] damaged = datagram[..random.Next(datagram.Length + 1)];
                for (int flips = random.Next(8); flips > 0 && damaged.Length > 0; flips--)
                {
                    damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
                }

                DiagReader reader = new();
                reader.Read(damaged);
                reader.Sockets.Count.Should().BeLessThanOrEqualTo(DiagImage.Messages.Length);
            }
        }
    }

    [Fact]
    public void A_refusal_ends_the_dump_with_the_kernels_error()
    {
        byte[] refusal = new byte[36];
        BitConverter.TryWriteBytes(refusal, 36);
        BitConverter.TryWriteBytes(refusal.AsSpan(4), (ushort)2);
        BitConverter.TryWriteBytes(refusal.AsSpan(16), -2);
        DiagReader reader = new();

        reader.Read(refusal);

        reader.IsDone.Should().BeTrue();
        reader.ErrorNumber.Should().Be(2);
    }

    [Fact]
    public void A_length_that_does_not_fit_is_told()
    {
        byte[] message = [.. DiagImage.Messages[0]];
        BitConverter.TryWriteBytes(message, message.Length + 4);
        DiagReader reader = new();

        reader.Read(message);

        reader.WasMalformed.Should().BeTrue();
        reader.Sockets.Should().BeEmpty();
    }

    [Theory]
    [InlineData(AddressFamily.InterNetwork, 2)]
    [InlineData(AddressFamily.InterNetworkV6, 10)]
    public void The_question_is_for_TCP_of_one_family_with_its_attributes(AddressFamily family, byte number)
    {
        byte[] request = DiagRequest.Create(family, sequence: 7);

        request.Should().HaveCount(72);
        BitConverter.ToUInt32(request).Should().Be(72);
        BitConverter.ToUInt16(request, 4).Should().Be(20, "SOCK_DIAG_BY_FAMILY");
        BitConverter.ToUInt16(request, 6).Should().Be(0x301, "NLM_F_REQUEST | NLM_F_DUMP");
        request[16..19].Should().Equal(number, 6, 0x42);
        uint states = BitConverter.ToUInt32(request, 20);
        states.Should().Be(0xF36, "all but TIME-WAIT, SYN-RECEIVED and CLOSE: bits 6, 3 and 7");
    }

    private static SocketRecord[] ReadAll() =>
    [
        .. DiagImage.Datagrams.SelectMany(static datagram =>
        {
            DiagReader reader = new();
            reader.Read(datagram);
            reader.IsDone.Should().BeTrue();
            reader.ErrorNumber.Should().Be(0);
            reader.WasMalformed.Should().BeFalse();
            return reader.Sockets;
        }),
    ];
}
