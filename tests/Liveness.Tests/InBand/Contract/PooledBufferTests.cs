namespace Liveness.Tests.InBand;

/// <summary>What is rented is given back once, and not used any more.</summary>
public sealed class PooledBufferTests
{
    private static readonly TimeSpan s_long = TimeSpan.FromMinutes(1);

    [Fact]
    public void An_idle_connection_holds_no_buffer()
    {
        PoisoningPool pool = new();
        using StreamFixture fixture = new();
        (HeartbeatStream client, HeartbeatStream server) = Open(fixture, pool);
        fixture.Result(client.WriteAsync(new byte[50_000]));
        fixture.Result(server.ReadExactlyAsync(new byte[50_000]));
        fixture.Result(client.FlushAsync());
        fixture.Advance(StreamFixture.T * 3);

        pool.Outstanding.Should().Be(0);
        Task<int> read = client.ReadAsync(new byte[10]).AsTask();
        fixture.Advance(StreamFixture.T * 3);
        pool.Outstanding.Should().Be(0, "a read that waits needs none");
        read.IsCompleted.Should().BeFalse();
        pool.Rented.Should().BePositive();
        pool.Check().Should().BeEmpty();
    }

    [Fact]
    public void After_an_orderly_close_with_everything_read_all_buffers_are_back()
    {
        PoisoningPool pool = new();
        using StreamFixture fixture = new();
        (HeartbeatStream client, HeartbeatStream server) = Open(fixture, pool);
        Task copy = server.CopyToAsync(Stream.Null);
        fixture.Result(client.WriteAsync(new byte[300_000]));
        fixture.AdvanceUntil(client.DisposeAsync().AsTask(), s_long);
        fixture.Result(copy);
        fixture.AdvanceUntil(server.DisposeAsync().AsTask(), s_long);
        fixture.Advance(s_long);

        pool.Outstanding.Should().Be(0);
        pool.Check().Should().BeEmpty();
    }

    [Theory]
    [InlineData("dispose")]
    [InlineData("loss")]
    [InlineData("loss, then dispose")]
    [InlineData("cut")]
    public void An_end_with_operations_pending_and_data_unread_gives_nothing_back_twice(string end)
    {
        PoisoningPool pool = new();
        using StreamFixture fixture = new();
        (HeartbeatStream client, HeartbeatStream server) = Open(fixture, pool);
        fixture.Link.ToServer.BytesPerSecond = 100_000;
        Task write = client.WriteAsync(new byte[16 << 20]).AsTask();
        Task read = client.ReadAsync(new byte[10]).AsTask();
        fixture.Advance(TimeSpan.FromMilliseconds(100));
        switch (end)
        {
            case "dispose":
                fixture.AdvanceUntil(client.DisposeAsync().AsTask(), s_long);
                break;
            case "cut":
                fixture.Link.Cut();
                break;
            default:
                fixture.Link.Reset();
                break;
        }

        fixture.AdvanceUntil(client.Monitor.Completion, s_long);
        fixture.AdvanceUntil(server.Monitor.Completion, s_long);
        if (end == "loss, then dispose")
        {
            Task[] closing = [client.DisposeAsync().AsTask(), server.DisposeAsync().AsTask()];
            Array.ForEach(closing, task => fixture.AdvanceUntil(task, s_long));
        }

        fixture.Advance(s_long);
        (write.IsCompleted, read.IsCompleted).Should().Be((true, true));
        pool.Check().Should().BeEmpty();
    }

    /// <summary>
    /// Those that a failed operation may still hold, and those whose bytes may still be read, are left to the collector; there are few of
    /// them.
    /// </summary>
    [Fact]
    public void After_a_loss_at_most_a_few_buffers_are_not_given_back()
    {
        PoisoningPool pool = new();
        for (int i = 0; i < 20; i++)
        {
            using StreamFixture fixture = new();
            (HeartbeatStream client, HeartbeatStream server) = Open(fixture, pool);
            _ = client.WriteAsync(new byte[16 << 20]).AsTask();
            fixture.Run();
            fixture.Link.Reset();
            fixture.AdvanceUntil(client.Monitor.Completion, s_long);
            fixture.AdvanceUntil(server.Monitor.Completion, s_long);
            Task[] closing = [client.DisposeAsync().AsTask(), server.DisposeAsync().AsTask()];
            Array.ForEach(closing, task => fixture.AdvanceUntil(task, s_long));
        }

        pool.Outstanding.Should().BeLessThanOrEqualTo(20 * 2 * 4, "of 20 connections with two ends each, read, written, sent and received at once");
        pool.Check().Should().BeEmpty();
    }

    [Fact]
    public void The_pool_that_watches_sees_what_it_is_for()
    {
        PoisoningPool pool = new();
        byte[] buffer = pool.Rent(100);
        buffer.Should().OnlyContain(value => value == PoisoningPool.Poison);
        buffer[0] = 1;
        pool.Return(buffer);
        pool.Check().Should().BeEmpty();
        buffer[5] = 1;
        pool.Check().Should().ContainSingle().Which.Should().Contain("at 5");
        pool.Return(buffer);
        pool.Return(new byte[3]);
        pool.Check().Should().HaveCount(3);
        pool.Outstanding.Should().Be(0);
    }

    private static (HeartbeatStream Client, HeartbeatStream Server) Open(StreamFixture fixture, PoisoningPool pool)
    {
        HeartbeatStream client = new(new SocketLikeTransport(fixture.Link.Client), fixture.With(), 1, pool);
        HeartbeatStream server = new(new SocketLikeTransport(fixture.Link.Server), fixture.With(), 2, pool);
        Task[] started = [client.StartAsync(), server.StartAsync()];
        Array.ForEach(started, fixture.Result);
        return (client, server);
    }
}
