using Liveness.Testing;

namespace Liveness.Tests.InBand;

/// <summary>A cancellation or an end that comes while the stream is at work on the very operation that it is meant for.</summary>
public sealed class UnluckyMomentTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_write_that_is_cancelled_while_it_takes_bytes_in_does_not_go_on_waiting(bool socketLike)
    {
        for (int look = 1; look < 12; look++)
        {
            using StreamFixture fixture = new();
            HeartbeatStream client = Start(fixture, fixture.Link.Client, socketLike, 1);
            HeartbeatStream server = Start(fixture, fixture.Link.Server, socketLike, 2);
            fixture.Run();
            using CancellationTokenSource cancel = new();
            int moment = look;
            WatchedMemory memory = new(300_000, looks =>
            {
                if (looks == moment)
                {
                    cancel.Cancel();
                }
            });

            Task write = client.WriteAsync(memory.Memory, cancel.Token).AsTask();
            fixture.Run();
            cancel.Cancel();
            fixture.Run();

            write.IsCanceled.Should().BeTrue("it was cancelled at look {0}", look);
            server.Monitor.State.Should().Be(LivenessState.Alive);
        }
    }

    [Fact]
    public void A_read_whose_buffer_is_being_filled_when_the_stream_is_disposed_does_not_wait_for_the_peer()
    {
        using StreamFixture fixture = new();
        Task? disposed = null;
        HeartbeatStream? client = null;
        bool isArmed = false;
        HookedTransport transport = new(new SocketLikeTransport(fixture.Link.Client), () =>
        {
            if (isArmed)
            {
                isArmed = false;
                disposed = client!.DisposeAsync().AsTask();
            }
        });
        client = new HeartbeatStream(transport, fixture.With(), 1);
        RawPeer peer = new(fixture);
        Task start = client.StartAsync();
        peer.SendHello();
        fixture.Result(start);
        Task<int> read = client.ReadAsync(new byte[100_000]).AsTask();
        fixture.Run();

        // What the application gets of the frame opens half a window: credit is sent while the rest is waited for.
        isArmed = true;
        byte[] frame = new byte[WireLimits.HeaderSize + 40_000];
        FrameWriter.WriteDataHeader(frame, 60_000);
        peer.Send(frame);
        fixture.Run();

        disposed.Should().NotBeNull();
        fixture.Result(read).Should().Be(40_000);
    }

    [Fact]
    public void A_read_that_is_cancelled_while_its_buffer_is_written_to_is_over_only_after_that()
    {
        using StreamFixture fixture = new();
        using CancellationTokenSource cancel = new();
        Task<int>? read = null;
        bool? wasOver = null;
        SocketLikeTransport inner = new(fixture.Link.Client);
        HookedTransport transport = new(inner, static () => { }, beforeReceive: () =>
        {
            cancel.Cancel();
            fixture.Run();
            wasOver ??= read!.IsCompleted;
        });
        HeartbeatStream client = new(transport, fixture.With(), 1);
        RawPeer peer = new(fixture);
        Task start = client.StartAsync();
        peer.SendHello();
        fixture.Result(start);
        byte[] buffer = new byte[100_000];
        read = client.ReadAsync(buffer, cancel.Token).AsTask();
        fixture.Run();

        byte[] frame = new byte[WireLimits.HeaderSize + 60_000];
        FrameWriter.WriteDataHeader(frame, 60_000);
        frame.AsSpan(WireLimits.HeaderSize).Fill(7);
        peer.Send(frame.AsSpan(0, 20_000).ToArray());
        fixture.Run();
        peer.Send(frame.AsSpan(20_000).ToArray());
        fixture.Run();

        wasOver.Should().BeFalse("the transport had the buffer");
        int count = fixture.Result(read);
        buffer.AsSpan(0, count).ToArray().Should().OnlyContain(value => value == 7);
        buffer.AsSpan(count).ToArray().Should().OnlyContain(value => value == 0);
    }

    private static HeartbeatStream Start(StreamFixture fixture, Stream end, bool socketLike, int id)
    {
        Transport transport = socketLike ? new SocketLikeTransport(end) : Transport.Over(end, leaveOpen: false, InMemoryLink.Abort);
        HeartbeatStream stream = new(transport, fixture.With(), new UInt128(0, (ulong)id), new PoisoningPool());
        _ = stream.StartAsync();
        return stream;
    }
}
