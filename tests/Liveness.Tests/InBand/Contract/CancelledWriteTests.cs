using Liveness.Testing;

namespace Liveness.Tests.InBand;

/// <summary>
/// Whatever comes into a buffer after its write has ended, however, never leaves; what left is a beginning of what was written.
/// </summary>
public sealed class CancelledWriteTests
{
    private const int MostSteps = 30;

    private static readonly TimeSpan s_long = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(false, 100)]
    [InlineData(false, 300_000)]
    [InlineData(true, 100)]
    [InlineData(true, 300_000)]
    public void Cancelled_at_any_step_its_buffer_is_the_callers_again(bool socketLike, int size)
    {
        for (int steps = 0; steps < MostSteps; steps++)
        {
            using StreamFixture fixture = new();
            (HeartbeatStream client, HeartbeatStream server) = Open(fixture, socketLike);
            using CancellationTokenSource cancel = new();
            using MemoryStream arrived = new();
            byte[] data = Bytes(size);
            byte[] buffer = [.. data];

            // It takes part of it and no more, until it is told to go on.
            fixture.Link.ToServer.BufferSize = 10_000;
            fixture.Link.ToServer.IsStalled = steps % 2 == 0;
            Task write = client.WriteAsync(buffer, cancel.Token).AsTask();
            Task copy = server.CopyToAsync(arrived);
            for (int step = 0; step < steps; step++)
            {
                fixture.Queue.RunOne();
            }

            cancel.Cancel();
            while (!write.IsCompleted && fixture.Queue.RunOne())
            {
            }

            write.IsCompleted.Should().BeTrue("a transport that takes nothing keeps no cancelled write waiting");
            buffer.AsSpan().Fill(PoisoningPool.Poison);
            fixture.Link.ToServer.IsStalled = false;
            fixture.Result(client.WriteAsync(new byte[] { 250, 251, 252 }));
            client.CompleteWrites();
            fixture.AdvanceUntil(copy, s_long);

            byte[] got = arrived.ToArray();
            got[^3..].Should().Equal(250, 251, 252);
            int whole = got.Length - 3;
            (write.IsCompletedSuccessfully ? whole : data.Length).Should().Be(data.Length);
            data.AsSpan().StartsWith(got.AsSpan(0, whole)).Should().BeTrue("it was cancelled after {0} steps", steps);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_cancelled_flush_takes_nothing_back(bool socketLike)
    {
        using StreamFixture fixture = new();
        (HeartbeatStream client, HeartbeatStream server) = Open(fixture, socketLike);
        fixture.Link.ToServer.BufferSize = 10;
        fixture.Link.ToServer.IsStalled = true;
        byte[] data = Bytes(1000);
        fixture.Result(client.WriteAsync(data));
        using CancellationTokenSource cancel = new();
        Task flush = client.FlushAsync(cancel.Token);
        fixture.Run();
        flush.IsCompleted.Should().BeFalse();
        cancel.Cancel();
        fixture.Failure(flush).Should().BeAssignableTo<OperationCanceledException>();

        byte[] got = new byte[data.Length];
        Task read = server.ReadExactlyAsync(got).AsTask();
        fixture.Link.ToServer.IsStalled = false;
        fixture.AdvanceUntil(read, s_long);
        got.Should().Equal(data);
        fixture.Result(client.FlushAsync());
    }

    private static byte[] Bytes(int count) => [.. Enumerable.Range(0, count).Select(value => (byte)(value % 199))];

    private static (HeartbeatStream Client, HeartbeatStream Server) Open(StreamFixture fixture, bool socketLike)
    {
        HeartbeatStream client = New(fixture, fixture.Link.Client, socketLike, 1);
        HeartbeatStream server = New(fixture, fixture.Link.Server, socketLike, 2);
        Task[] started = [client.StartAsync(), server.StartAsync()];
        Array.ForEach(started, fixture.Result);
        return (client, server);
    }

    private static HeartbeatStream New(StreamFixture fixture, Stream end, bool socketLike, int id)
    {
        Transport transport = socketLike ? new SocketLikeTransport(end) : Transport.Over(end, leaveOpen: false, InMemoryLink.Abort);
        return new HeartbeatStream(transport, fixture.With(), new UInt128(0, (ulong)id), new PoisoningPool());
    }
}
