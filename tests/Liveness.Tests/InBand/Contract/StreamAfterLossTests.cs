namespace Liveness.Tests.InBand;

/// <summary>
/// After a loss what was received in order is read first, in every way to read; then the loss is told, as often as it is asked for.
/// </summary>
public sealed class StreamAfterLossTests
{
    private const int Size = 1000;

    public static TheoryData<string> Reads => [.. StreamWays.Reads.Keys];

    public static TheoryData<string> Writes => [.. StreamWays.Writes.Keys];

    [Theory]
    [MemberData(nameof(Reads))]
    public void What_arrived_is_read_first(string name)
    {
        using StreamFixture fixture = Lost();
        byte[] got = new byte[Size];

        fixture.Result(StreamWays.Reads[name](fixture.Client, got));

        got.Should().Equal(Bytes());
        for (int i = 0; i < 3; i++)
        {
            fixture.Invoking(it => it.Result(StreamWays.Reads[name](it.Client, new byte[1]))).Should().Throw<ConnectionLostException>()
                .Which.Loss.Should().BeSameAs(fixture.Client.Monitor.Loss);
        }
    }

    [Fact]
    public void A_copy_copies_what_arrived_and_then_tells_the_loss()
    {
        using StreamFixture fixture = Lost();
        using MemoryStream copy = new();
        fixture.Failure(fixture.Client.CopyToAsync(copy)).Should().BeOfType<ConnectionLostException>();
        copy.ToArray().Should().Equal(Bytes());

        using StreamFixture again = Lost();
        using MemoryStream second = new();
        again.Client.Invoking(stream => stream.CopyTo(second)).Should().Throw<ConnectionLostException>();
        second.ToArray().Should().Equal(Bytes());
    }

    [Fact]
    public void More_than_what_arrived_is_a_loss_and_no_end_of_the_stream()
    {
        using StreamFixture fixture = Lost();
        fixture.Failure(fixture.Client.ReadExactlyAsync(new byte[Size + 1]).AsTask()).Should().BeOfType<ConnectionLostException>();
    }

    [Fact]
    public void An_empty_read_says_that_there_is_something_and_then_tells_the_loss()
    {
        using StreamFixture fixture = Lost();
        fixture.Result(fixture.Client.ReadAsync(Memory<byte>.Empty)).Should().Be(0);
        fixture.Result(fixture.Client.ReadExactlyAsync(new byte[Size]));
        fixture.Failure(fixture.Client.ReadAsync(Memory<byte>.Empty).AsTask()).Should().BeOfType<ConnectionLostException>();
    }

    [Theory]
    [MemberData(nameof(Writes))]
    public void A_write_tells_the_loss_at_once_even_while_there_is_something_to_read(string name)
    {
        using StreamFixture fixture = Lost();
        fixture.Invoking(it => it.Result(StreamWays.Writes[name](it.Client, new byte[1]))).Should().Throw<ConnectionLostException>()
            .Which.Loss.Should().BeSameAs(fixture.Client.Monitor.Loss);
        fixture.Failure(fixture.Client.WriteAsync(ReadOnlyMemory<byte>.Empty).AsTask()).Should().BeOfType<ConnectionLostException>();
        fixture.Client.Invoking(stream => stream.CompleteWrites()).Should().Throw<ConnectionLostException>();
        fixture.Result(fixture.Client.ReadExactlyAsync(new byte[Size]));
    }

    [Theory]
    [InlineData(TransportKind.Memory)]
    [InlineData(TransportKind.Socket)]
    [InlineData(TransportKind.NetworkStream)]
    [InlineData(TransportKind.Tls)]
    [InlineData(TransportKind.NamedPipe)]
    public async Task Over_a_real_transport_every_pending_operation_ends_with_the_loss(TransportKind kind)
    {
        TimeSpan limit = TimeSpan.FromSeconds(10);
        await using ConnectedPair pair = await ConnectedPair.OpenAsync(kind);
        Task[] operations =
        [
            pair.Server.ReadAsync(new byte[10]).AsTask(), pair.Server.WriteAsync(new byte[16 << 20]).AsTask(),
            pair.Server.Monitor.ProbeAsync().AsTask().ContinueWith(_ => pair.Server.Monitor.Completion, TaskScheduler.Default).Unwrap(),
        ];

        pair.Break();

        await pair.Server.Monitor.Completion.WaitAsync(limit);
        foreach (Task operation in operations[..2])
        {
            (await Record.ExceptionAsync(() => operation.WaitAsync(limit))).Should().BeOfType<ConnectionLostException>().Which.Loss.Should().BeSameAs(pair.Server.Monitor.Loss);
        }

        await operations[2].WaitAsync(limit);
    }

    private static byte[] Bytes() => [.. Enumerable.Range(0, Size).Select(value => (byte)value)];

    private static StreamFixture Lost()
    {
        StreamFixture fixture = StreamFixture.Opened();
        fixture.Result(fixture.Server.WriteAsync(Bytes()));
        fixture.Run();
        fixture.Link.Reset();
        fixture.AdvanceUntil(fixture.Client.Monitor.Completion, TimeSpan.FromMinutes(1));
        fixture.Client.Monitor.Loss.Should().NotBeNull();
        return fixture;
    }
}
