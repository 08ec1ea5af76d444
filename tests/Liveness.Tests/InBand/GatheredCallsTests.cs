using System.Net;
using System.Net.Sockets;
using Liveness.Tests.KeepAlive;

namespace Liveness.Tests.InBand;

/// <summary>The kernel's own calls, on a real connection.</summary>
public sealed class GatheredCallsTests : IDisposable
{
    private const int Head = 4;
    private const int Body = 1_000;

    private readonly Socket _ours;
    private readonly Socket _peers;

    public GatheredCallsTests()
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        _ours = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _ours.Connect(listener.LocalEndPoint!);
        _peers = listener.Accept();
    }

    [LinuxFact]
    public void Parts_of_two_arrays_go_and_come_in_their_order_without_allocation()
    {
        List<ArraySegment<byte>> sent = Parts(filled: true);
        List<ArraySegment<byte>> received = Parts(filled: false);
        int length = sent.Sum(part => part.Count);
        GatheredCalls.Send(_ours, sent, out SocketError error).Should().Be(length);
        error.Should().Be(SocketError.Success);
        WaitFor(length);
        GatheredCalls.Receive(_peers, received, out error).Should().Be(length);
        error.Should().Be(SocketError.Success);
        received.SelectMany(part => part).Should().Equal(sent.SelectMany(part => part));

        long before = GC.GetAllocatedBytesForCurrentThread();
        GatheredCalls.Send(_ours, sent, out _);
        GatheredCalls.Receive(_peers, received, out _);
        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
    }

    /// <summary>Of 64-bit Linux, on every processor, with glibc and with musl.</summary>
    [Fact]
    public unsafe void The_structures_are_laid_out_as_the_C_library_has_them()
    {
        GatheredCalls.Message message = default;
        nint start = (nint)(&message);
        int[] offsets =
        [
            (int)((nint)(&message.Name) - start),
            (int)((nint)(&message.NameLength) - start),
            (int)((nint)(&message.Vectors) - start),
            (int)((nint)(&message.Count) - start),
            (int)((nint)(&message.Control) - start),
            (int)((nint)(&message.ControlLength) - start),
            (int)((nint)(&message.ReturnedFlags) - start),
        ];

        offsets.Should().Equal(0, 8, 16, 24, 32, 40, 48);
        sizeof(GatheredCalls.Message).Should().Be(56);
        sizeof(GatheredCalls.IoVector).Should().Be(16);
        BitConverter.IsLittleEndian.Should().BeTrue("so that musl's counts of 32 bits are the lower half of ours");
    }

    [LinuxFact]
    public void They_do_not_wait()
    {
        GatheredCalls.Receive(_ours, Parts(filled: false), out SocketError error).Should().Be(0);
        error.Should().Be(SocketError.WouldBlock, "the socket is a blocking one, and nothing has come");
        List<ArraySegment<byte>> parts = Parts(filled: true);
        int length = parts.Sum(part => part.Count);
        while (GatheredCalls.Send(_ours, parts, out error) == length)
        {
        }

        GatheredCalls.Send(_ours, parts, out error).Should().Be(0);
        error.Should().Be(SocketError.WouldBlock);
    }

    [LinuxFact]
    public void A_reset_an_end_and_a_socket_that_is_closed_are_told_apart()
    {
        _ours.Shutdown(SocketShutdown.Send);
        _peers.Poll(TimeSpan.FromSeconds(10), SelectMode.SelectRead);
        GatheredCalls.Receive(_peers, Parts(filled: false), out SocketError error).Should().Be(0);
        error.Should().Be(SocketError.Success);
        GatheredCalls.Send(_ours, Parts(filled: true), out error).Should().Be(0);
        error.Should().Be(SocketError.Shutdown);
        _peers.Close(0);
        _ours.Poll(TimeSpan.FromSeconds(10), SelectMode.SelectRead);
        GatheredCalls.Receive(_ours, Parts(filled: false), out error).Should().Be(0);
        error.Should().Be(SocketError.ConnectionReset);
        _ours.Dispose();
        Action late = () => GatheredCalls.Send(_ours, Parts(filled: true), out _);
        late.Should().Throw<ObjectDisposedException>();
    }

    public void Dispose()
    {
        _ours.Dispose();
        _peers.Dispose();
    }

    private static List<ArraySegment<byte>> Parts(bool filled)
    {
        byte[] heads = new byte[GatheredCalls.MostParts * Head];
        byte[] bodies = new byte[GatheredCalls.MostParts * Body];
        if (filled)
        {
            new Random(1).NextBytes(heads);
            new Random(2).NextBytes(bodies);
        }

        List<ArraySegment<byte>> parts = [];
        for (int i = 0; i < GatheredCalls.MostParts; i += 2)
        {
            parts.Add(new ArraySegment<byte>(heads, i * Head, Head));
            parts.Add(new ArraySegment<byte>(bodies, i * Body, Body));
        }

        return parts;
    }

    private void WaitFor(int length) => SpinWait.SpinUntil(() => _peers.Available == length, TimeSpan.FromSeconds(10)).Should().BeTrue();
}
