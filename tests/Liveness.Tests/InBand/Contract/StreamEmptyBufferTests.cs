namespace Liveness.Tests.InBand;

/// <summary>Reads and writes of nothing.</summary>
public sealed class StreamEmptyBufferTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData(TransportKind.Memory)]
    [InlineData(TransportKind.Socket)]
    [InlineData(TransportKind.NetworkStream)]
    [InlineData(TransportKind.Tls)]
    [InlineData(TransportKind.AnonymousPipes)]
    public async Task An_empty_read_waits_for_data_takes_none_and_is_no_end(TransportKind kind)
    {
        await using ConnectedPair pair = await ConnectedPair.OpenAsync(kind);
        byte[] buffer = new byte[1000];
        for (int size = 1; size <= 50_000; size *= 5)
        {
            Task<int> empty = pair.Server.ReadAsync(buffer, 3, 0);
            empty.IsCompleted.Should().BeFalse("there is nothing to read");
            byte[] data = [.. Enumerable.Range(0, size).Select(value => (byte)value)];
            await pair.Client.WriteAsync(data);

            (await empty.WaitAsync(s_limit)).Should().Be(0);
            (await pair.Server.ReadAsync(Memory<byte>.Empty).AsTask().WaitAsync(s_limit)).Should().Be(0);
            pair.Server.Read([]).Should().Be(0);
            byte[] got = new byte[size];
            await pair.Server.ReadExactlyAsync(got).AsTask().WaitAsync(s_limit);
            got.Should().Equal(data);
        }
    }

    [Fact]
    public void An_empty_read_can_be_cancelled_and_another_read_gets_what_comes()
    {
        using StreamFixture fixture = StreamFixture.Opened();
        using CancellationTokenSource cancel = new();
        Task<int> empty = fixture.Server.ReadAsync(Memory<byte>.Empty, cancel.Token).AsTask();
        fixture.Run();
        cancel.Cancel();
        fixture.Failure(empty).Should().BeAssignableTo<OperationCanceledException>();
        fixture.Result(fixture.Client.WriteAsync(new byte[] { 4 }));
        fixture.Result(fixture.Server.ReadAsync(new byte[2])).Should().Be(1);
    }

    [Fact]
    public void An_empty_read_counts_as_a_pending_read()
    {
        using StreamFixture fixture = StreamFixture.Opened();
        Task<int> empty = fixture.Server.ReadAsync(Memory<byte>.Empty).AsTask();
        fixture.Run();
        fixture.Failure(fixture.Server.ReadAsync(new byte[1]).AsTask()).Should().BeOfType<InvalidOperationException>();
        fixture.Result(fixture.Client.WriteAsync(new byte[] { 4 }));
        fixture.Result(empty).Should().Be(0);
    }

    [Fact]
    public void An_empty_write_is_no_frame_in_any_way_to_write()
    {
        using StreamFixture fixture = StreamFixture.Opened();
        long before = fixture.Link.TrafficToServer.BytesSent;
        foreach ((string name, Func<Stream, byte[], Task> write) in StreamWays.Writes)
        {
            fixture.Result(write(fixture.Client, []));
            fixture.Link.TrafficToServer.BytesSent.Should().Be(before, "{0} had nothing to write", name);
        }
    }

    [Fact]
    public void An_empty_write_needs_no_credit()
    {
        using StreamFixture fixture = StreamFixture.Opened();
        using CancellationTokenSource cancel = new();
        Task write = fixture.Client.WriteAsync(new byte[16 << 20], cancel.Token).AsTask();
        fixture.Run();
        cancel.Cancel();
        fixture.Failure(write).Should().BeAssignableTo<OperationCanceledException>();

        fixture.Result(fixture.Client.WriteAsync(ReadOnlyMemory<byte>.Empty));
    }
}
