using System.Buffers;
using System.Runtime.InteropServices;

namespace Liveness.Tests.InBand;

#pragma warning disable LIV006, LIV007 // Who holds a buffer is what is tried, not how the connection ends.

/// <summary>A buffer is its caller's again as soon as the operation ends, however it ends.</summary>
public sealed class HeartbeatStreamMemoryTests
{
    private const byte Poison = 0xEE;

    private static readonly TimeSpan s_long = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData("success")]
    [InlineData("cancel")]
    [InlineData("loss")]
    [InlineData("abort")]
    public void What_is_put_into_a_buffer_after_its_write_never_reaches_the_wire(string end)
    {
        using StreamFixture fixture = new();
        BlockingStream inner = new(fixture.Link.Client);
        HeartbeatStream client = Open(fixture, inner);
        using CancellationTokenSource cancel = new();
        fixture.Link.ToServer.BytesPerSecond = 100_000;
        byte[] buffer = new byte[end == "success" ? 50_000 : 200_000];
        Task write = client.WriteAsync(buffer, cancel.Token).AsTask();
        fixture.Advance(TimeSpan.FromMilliseconds(50));

        Task closing = End(end, fixture, client, cancel);
        fixture.Run();
        write.IsCompleted.Should().BeTrue();
        buffer.AsSpan().Fill(Poison);
        Task<long> read = DrainAsync(fixture.Server);
        fixture.Advance(s_long);

        closing.IsCompleted.Should().BeTrue();
        read.IsCompleted.Should().BeTrue();
        inner.Wire.ToArray().AsSpan().IndexOf([Poison, Poison, Poison, Poison, Poison, Poison]).Should().Be(-1);
        inner.Wire.Length.Should().BeGreaterThan(10_000);
    }

    [Theory]
    [InlineData("success")]
    [InlineData("cancel")]
    [InlineData("loss")]
    [InlineData("dispose")]
    public void Nothing_is_written_into_a_buffer_after_its_read(string end)
    {
        using StreamFixture fixture = new();
        BlockingStream inner = new(fixture.Link.Client);
        HeartbeatStream client = Open(fixture, inner);
        using CancellationTokenSource cancel = new();
        byte[] buffer = new byte[10_000];
        Task<int> read = client.ReadAsync(buffer, cancel.Token).AsTask();
        if (end == "success")
        {
            fixture.Result(fixture.Server.WriteAsync(new byte[100]));
        }

        Task closing = End(end, fixture, client, cancel);
        fixture.Run();
        read.IsCompleted.Should().BeTrue();
        buffer.AsSpan().Fill(Poison);
        _ = fixture.Server.WriteAsync(new byte[10_000]).AsTask();
        fixture.Advance(s_long);

        closing.IsCompleted.Should().BeTrue();
        buffer.AsSpan().IndexOfAnyExcept(Poison).Should().Be(-1);
    }

    [Fact]
    public void A_buffer_that_a_foreign_stream_still_holds_goes_back_to_no_pool()
    {
        using StreamFixture fixture = new();
        BlockingStream inner = new(fixture.Link.Client) { ReadsNeverEnd = true, WritesNeverEnd = true };
        HeartbeatStream client = new(inner, fixture.With());
        Task started = client.StartAsync();
        fixture.Run();
        fixture.AdvanceUntil(client.DisposeAsync().AsTask(), s_long);
        started.IsFaulted.Should().BeTrue();

        inner.Held.Should().HaveCount(2);
        inner.Held.Should().OnlyContain(held => IsInNoPool(held));
    }

    [Fact]
    public void A_buffer_that_a_failed_write_may_still_hold_goes_back_to_no_pool()
    {
        using StreamFixture fixture = new();
        BlockingStream inner = new(fixture.Link.Client) { WritesFail = new IOException("failed") };
        HeartbeatStream client = new(inner, fixture.With());
        Task started = client.StartAsync();
        fixture.AdvanceUntil(started, s_long);

        inner.Held.Should().ContainSingle();
        inner.Held.Should().OnlyContain(held => IsInNoPool(held));
    }

    private static bool IsInNoPool(ReadOnlyMemory<byte> held)
    {
        MemoryMarshal.TryGetArray(held, out ArraySegment<byte> segment).Should().BeTrue();
        return Enumerable.Range(0, 50).All(_ => ArrayPool<byte>.Shared.Rent(segment.Array!.Length) != segment.Array);
    }

    private static HeartbeatStream Open(StreamFixture fixture, BlockingStream inner)
    {
        HeartbeatStream client = new(inner, fixture.With());
        Task started = client.StartAsync();
        Task serverStarted = fixture.Server.StartAsync();
        fixture.Result(started);
        fixture.Result(serverStarted);
        return client;
    }

    private static Task End(string end, StreamFixture fixture, HeartbeatStream client, CancellationTokenSource cancel)
    {
        switch (end)
        {
            case "cancel":
                cancel.Cancel();
                break;
            case "loss":
                fixture.Link.Reset();
                break;
            case "dispose":
                return client.DisposeAsync().AsTask();
            case "abort":
                return client.AbortAsync().AsTask();
        }

        return Task.CompletedTask;
    }

    private static async Task<long> DrainAsync(Stream stream)
    {
        long sum = 0;
        byte[] buffer = new byte[10_000];
        try
        {
            while (await stream.ReadAsync(buffer).ConfigureAwait(false) is var count and > 0)
            {
                sum += count;
                if (sum >= 50_000)
                {
                    break;
                }
            }
        }
        catch (ConnectionLostException)
        {
            return -sum;
        }

        return sum;
    }
}
