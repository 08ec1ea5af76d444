namespace Liveness.Tests.InBand;

public sealed class HeartbeatStreamMisuseTests
{
    [Fact]
    public void A_second_read_is_refused_while_one_waits_and_harms_it_not()
    {
        using StreamFixture fixture = StreamFixture.Opened();
        byte[] buffer = new byte[4];
        Task<int> first = fixture.Server.ReadAsync(buffer).AsTask();

        fixture.Failure(fixture.Server.ReadAsync(new byte[4]).AsTask()).Should().BeOfType<InvalidOperationException>();

        fixture.Result(fixture.Client.WriteAsync(new byte[] { 1, 2, 3 }));
        fixture.Result(first).Should().Be(3);
        buffer.Should().Equal(1, 2, 3, 0);
    }

    [Fact]
    public void A_read_that_is_cancelled_at_any_moment_loses_no_byte()
    {
        for (int steps = 0; steps < 25; steps++)
        {
            using StreamFixture fixture = StreamFixture.Opened();
            using CancellationTokenSource cancel = new();
            Task<int> read = fixture.Server.ReadAsync(new byte[100], cancel.Token).AsTask();
            Task write = fixture.Client.WriteAsync(new byte[] { 7, 8, 9 }).AsTask();
            for (int step = 0; step < steps; step++)
            {
                fixture.Queue.RunOne();
            }

            cancel.Cancel();
            fixture.Result(write);
            int count = read.IsCompletedSuccessfully ? fixture.Result(read) : fixture.Result(fixture.Server.ReadAsync(new byte[100]));
            count.Should().Be(3);
        }
    }

    [Fact]
    public void A_read_cancelled_while_it_waits_ends_at_once_and_another_can_begin()
    {
        using StreamFixture fixture = StreamFixture.Opened();
        using CancellationTokenSource cancel = new();
        Task<int> read = fixture.Server.ReadAsync(new byte[10], cancel.Token).AsTask();
        fixture.Run();
        cancel.Cancel();
        fixture.Failure(read).Should().BeAssignableTo<OperationCanceledException>();

        Task<int> next = fixture.Server.ReadAsync(new byte[10]).AsTask();
        fixture.Result(fixture.Client.WriteAsync(new byte[5]));
        fixture.Result(next).Should().Be(5);
    }

    [Fact]
    public void A_write_cancelled_while_it_waits_ends_at_once_and_what_it_had_handed_in_is_a_beginning()
    {
        using StreamFixture fixture = StreamFixture.Opened();
        using CancellationTokenSource cancel = new();
        byte[] data = new byte[300_000];
        new Random(1).NextBytes(data);
        Task write = fixture.Client.WriteAsync(data, cancel.Token).AsTask();
        fixture.Run();
        cancel.Cancel();
        fixture.Failure(write).Should().BeAssignableTo<OperationCanceledException>();

        fixture.Client.CompleteWrites();
        byte[] got = fixture.Result(ReadToEndAsync(fixture.Server));
        got.Length.Should().BeInRange(64 * 1024, data.Length - 1);
        got.Should().Equal(data[..got.Length]);
    }

    [Fact]
    public void What_was_cancelled_before_it_began_does_nothing()
    {
        using StreamFixture fixture = new();
        CancellationToken cancelled = new(canceled: true);
        fixture.Client.ReadAsync(new byte[1], cancelled).AsTask().IsCanceled.Should().BeTrue();
        fixture.Client.WriteAsync(new byte[1], cancelled).AsTask().IsCanceled.Should().BeTrue();
        fixture.Client.FlushAsync(cancelled).IsCanceled.Should().BeTrue();
        fixture.Run();
        fixture.Link.TrafficToServer.BytesSent.Should().Be(0);
    }

    [Fact]
    public void After_dispose_everything_throws_and_whoever_waits_for_the_peer_is_told_at_once()
    {
        using StreamFixture fixture = StreamFixture.Opened();
        Task<int> read = fixture.Client.ReadAsync(new byte[1]).AsTask();
        Task<TimeSpan> probe = fixture.Client.Monitor.ProbeAsync().AsTask();
        ValueTask closing = fixture.Client.DisposeAsync();

        fixture.Failure(read).Should().BeOfType<ObjectDisposedException>();
        fixture.Failure(probe).Should().BeOfType<ObjectDisposedException>();
        fixture.Failure(fixture.Client.ReadAsync(new byte[1]).AsTask()).Should().BeOfType<ObjectDisposedException>();
        fixture.Failure(fixture.Client.WriteAsync(new byte[1]).AsTask()).Should().BeOfType<ObjectDisposedException>();
        fixture.Failure(fixture.Client.FlushAsync()).Should().BeOfType<ObjectDisposedException>();
        fixture.Client.Invoking(client => client.CompleteWrites()).Should().Throw<ObjectDisposedException>();
        fixture.Client.Invoking(client => client.ChangeDetectWithin(StreamFixture.T)).Should().Throw<ObjectDisposedException>();
        fixture.Client.CanRead.Should().BeFalse();
        fixture.Client.CanWrite.Should().BeFalse();
        fixture.AdvanceUntil(closing.AsTask(), TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Synchronous_calls_and_old_pairs_of_calls_work_and_do_not_wait_for_each_other()
    {
        using SocketPair pair = SocketPair.OverTcp();
        await using HeartbeatStream client = new(pair.Client);
        await using HeartbeatStream server = new(pair.Server);
        Task started = server.StartAsync();
        byte[] buffer = new byte[3];
        IAsyncResult pendingRead = client.BeginRead(buffer, 0, 3, null, null);
        client.EndWrite(client.BeginWrite([1, 2, 3], 0, 3, null, null));
        client.Flush();
        Task answering = Task.Run(() =>
        {
            byte[] asked = new byte[3];
            server.ReadExactly(asked);
            server.Write(asked);
        });
        await answering.WaitAsync(TimeSpan.FromSeconds(10));
        client.EndRead(pendingRead).Should().Be(3);
        buffer.Should().Equal(1, 2, 3);
        await started;
    }

    [Fact]
    public async Task A_synchronous_read_ends_with_its_timeout_and_the_connection_lives_on()
    {
        using SocketPair pair = SocketPair.OverTcp();
        await using HeartbeatStream client = new(pair.Client) { ReadTimeout = 1 };
        await using HeartbeatStream server = new(pair.Server);
        await Task.WhenAll(client.StartAsync(), server.StartAsync()).WaitAsync(TimeSpan.FromSeconds(10));
        client.CanTimeout.Should().BeTrue();

        client.Invoking(stream => stream.Read(new byte[1])).Should().Throw<IOException>().Which.Should().NotBeOfType<ConnectionLostException>();
        client.Invoking(stream => stream.ReadTimeout = 0).Should().Throw<ArgumentOutOfRangeException>();

        client.ReadTimeout = Timeout.Infinite;
        server.Write([5]);
        client.ReadByte().Should().Be(5);
    }

    private static async Task<byte[]> ReadToEndAsync(Stream stream)
    {
        using MemoryStream all = new();
        byte[] buffer = new byte[10_000];
        while (await stream.ReadAsync(buffer).ConfigureAwait(false) is var count and > 0)
        {
            all.Write(buffer, 0, count);
        }

        return all.ToArray();
    }
}
