using System.Net.Sockets;
using Liveness.Testing;

namespace Liveness.Tests.Testing;

public class InMemoryLinkTests
{
    private readonly ManualWorkQueue _queue = new();
    private readonly ManualTimeProvider _clock;
    private readonly InMemoryLink _link;

    public InMemoryLinkTests()
    {
        _clock = new ManualTimeProvider { WorkQueue = _queue };
        _link = InMemoryLink.Create(_clock);
    }

    [Fact]
    public void What_one_end_writes_the_other_reads_both_ways()
    {
        _link.Client.Write([1, 2, 3]);
        _link.Server.Write([4, 5]);

        Read(_link.Server).Should().Equal(1, 2, 3);
        Read(_link.Client).Should().Equal(4, 5);
        _link.TrafficToServer.Should().Be(new LinkTraffic(3, 3, 0));
        _link.TrafficToClient.Should().Be(new LinkTraffic(2, 2, 0));
    }

    [Fact]
    public void A_pending_read_completes_on_the_work_queue_and_not_inside_the_write()
    {
        byte[] buffer = new byte[10];
        Task<int> read = _link.Server.ReadAsync(buffer).AsTask();

        _link.Client.Write([1, 2, 3]);
        read.IsCompleted.Should().BeFalse();

        _queue.RunAll();
        read.IsCompletedSuccessfully.Should().BeTrue();
        buffer[..Result(read)].Should().Equal(1, 2, 3);
    }

    [Fact]
    public void A_delayed_write_arrives_exactly_then()
    {
        _link.ToServer.Delay = TimeSpan.FromMilliseconds(40);
        Task<int> read = _link.Server.ReadAsync(new byte[10]).AsTask();
        _link.Client.Write([1]);

        Advance(39);
        read.IsCompleted.Should().BeFalse();

        Advance(1);
        Result(read).Should().Be(1);
        _link.TrafficToServer.LastDelivered.Should().Be(TimeSpan.FromMilliseconds(40).Ticks);
    }

    [Fact]
    public void A_thin_link_takes_its_time()
    {
        _link.ToServer.BytesPerSecond = 1_000;
        _link.Client.Write(new byte[10_000]);
        Task read = _link.Server.ReadExactlyAsync(new byte[10_000]).AsTask();

        Advance(9_999);
        read.IsCompleted.Should().BeFalse();

        Advance(1);
        read.IsCompletedSuccessfully.Should().BeTrue();
    }

    [Fact]
    public void A_zero_byte_read_waits_for_data_and_takes_none()
    {
        Task<int> read = _link.Server.ReadAsync(Memory<byte>.Empty).AsTask();
        _queue.RunAll();
        read.IsCompleted.Should().BeFalse();

        _link.Client.Write([7]);
        _queue.RunAll();

        Result(read).Should().Be(0);
        Read(_link.Server).Should().Equal(7);
    }

    [Fact]
    public void A_write_waits_for_a_slow_reader()
    {
        _link.ToServer.BufferSize = 10;
        Task write = _link.Client.WriteAsync(new byte[15]).AsTask();
        _queue.RunAll();
        write.IsCompleted.Should().BeFalse();

        Read(_link.Server).Should().HaveCount(10);
        _queue.RunAll();

        write.IsCompletedSuccessfully.Should().BeTrue();
        Read(_link.Server).Should().HaveCount(5);
    }

    [Fact]
    public void A_cut_is_silent_and_a_stall_ends()
    {
        _link.Stall();
        _link.Client.Write([1]);
        Task<int> read = _link.Server.ReadAsync(new byte[10]).AsTask();
        Advance(60_000);
        read.IsCompleted.Should().BeFalse();

        _link.Resume();
        _queue.RunAll();
        Result(read).Should().Be(1);

        _link.Cut();
        Task<int> afterCut = _link.Server.ReadAsync(new byte[10]).AsTask();
        _link.Client.Write([2]);
        _link.Client.Dispose();
        Advance(60_000);
        afterCut.IsCompleted.Should().BeFalse("a cut reports nothing");
        _link.TrafficToServer.Should().Be(new LinkTraffic(2, 1, TimeSpan.FromMinutes(1).Ticks));
    }

    [Fact]
    public void A_one_way_cut_leaves_the_other_way_open()
    {
        _link.CutToServer();
        _link.Client.Write([1]);
        _link.Server.Write([2]);

        Read(_link.Client).Should().Equal(2);
        _link.TrafficToServer.BytesDelivered.Should().Be(0);
    }

    [Fact]
    public void A_cut_lets_a_waiting_write_go_where_cuts_acknowledge()
    {
        _link.ToServer.BufferSize = 10;
        _link.ToServer.CutAcknowledges = true;
        Task write = _link.Client.WriteAsync(new byte[100]).AsTask();

        _link.CutToServer();
        _queue.RunAll();

        write.IsCompletedSuccessfully.Should().BeTrue();
    }

    [Fact]
    public void A_reset_fails_what_is_pending_and_all_that_follows_at_both_ends()
    {
        _link.ToServer.BufferSize = 1;
        Task read = _link.Client.ReadAsync(new byte[1]).AsTask();
        Task write = _link.Client.WriteAsync(new byte[2]).AsTask();

        _link.Reset();
        _queue.RunAll();

        ErrorOf(read).Should().Be(SocketError.ConnectionReset);
        ErrorOf(write).Should().Be(SocketError.ConnectionReset);
        ErrorOf(_link.Server.ReadAsync(new byte[1]).AsTask()).Should().Be(SocketError.ConnectionReset);
        ErrorOf(_link.Server.WriteAsync(new byte[1]).AsTask()).Should().Be(SocketError.ConnectionReset);
    }

    [Fact]
    public void Disposing_one_end_ends_the_other_behind_the_data()
    {
        _link.Client.Write([1, 2]);
        _link.Client.Dispose();

        Read(_link.Server).Should().Equal(1, 2);
        Read(_link.Server).Should().BeEmpty();
    }

    [Fact]
    public void A_write_to_a_closed_peer_is_accepted_first_and_then_fails()
    {
        _link.Client.Dispose();

        ErrorOf(_link.Server.WriteAsync(new byte[1]).AsTask()).Should().BeNull();
        ErrorOf(_link.Server.WriteAsync(new byte[1]).AsTask()).Should().Be(SocketError.Shutdown);
        Read(_link.Server).Should().BeEmpty("the end of the stream is still an end");
    }

    [Fact]
    public void The_refusal_of_a_closed_peer_takes_a_round_trip()
    {
        _link.ToServer.Delay = _link.ToClient.Delay = TimeSpan.FromMilliseconds(10);
        _link.Client.Dispose();
        _link.Server.Write([1]);

        Advance(19);
        ErrorOf(_link.Server.WriteAsync(new byte[1]).AsTask()).Should().BeNull();
        Advance(1);
        ErrorOf(_link.Server.WriteAsync(new byte[1]).AsTask()).Should().Be(SocketError.Shutdown);
    }

    [Fact]
    public void Disposing_with_unread_bytes_resets_the_other_end()
    {
        _link.Server.Write([1]);
        _link.Client.Dispose();

        ErrorOf(_link.Server.ReadAsync(new byte[1]).AsTask()).Should().Be(SocketError.ConnectionReset);
    }

    [Fact]
    public void After_an_abort_the_other_end_reads_what_has_arrived_and_then_gets_the_reset()
    {
        _link.Client.Write([1, 2]);
        InMemoryLink.Abort(_link.Client);

        Read(_link.Server).Should().Equal(1, 2);
        ErrorOf(_link.Server.ReadAsync(new byte[1]).AsTask()).Should().Be(SocketError.ConnectionReset);
        ErrorOf(_link.Server.WriteAsync(new byte[1]).AsTask()).Should().Be(SocketError.ConnectionReset);
        FluentActions.Invoking(() => InMemoryLink.Abort(new MemoryStream())).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void After_half_closing_an_end_still_reads()
    {
        InMemoryLink.CompleteWrites(_link.Client);
        Read(_link.Server).Should().BeEmpty();
        _link.Server.Write([1]);

        Read(_link.Client).Should().Equal(1);
        ErrorOf(_link.Client.WriteAsync(new byte[1]).AsTask()).Should().Be(SocketError.Shutdown);
    }

    [Fact]
    public void Closing_the_link_ends_both_ways_behind_the_data()
    {
        _link.Client.Write([1]);
        _link.Close();

        Read(_link.Server).Should().Equal(1);
        Read(_link.Server).Should().BeEmpty();
        Read(_link.Client).Should().BeEmpty();
        ErrorOf(_link.Client.WriteAsync(new byte[1]).AsTask()).Should().BeNull();
        ErrorOf(_link.Client.WriteAsync(new byte[1]).AsTask()).Should().Be(SocketError.Shutdown);
    }

    [Fact]
    public void Disposing_an_end_fails_its_own_pending_operations()
    {
        Task read = _link.Client.ReadAsync(new byte[1]).AsTask();

        _link.Client.Dispose();
        _queue.RunAll();

        ErrorOf(read).Should().Be(SocketError.OperationAborted);
        _link.Client.Invoking(s => s.ReadAsync(new byte[1])).Should().Throw<ObjectDisposedException>();
        _link.Client.CanRead.Should().BeFalse();
    }

    [Fact]
    public void Disposing_the_link_leaves_nothing_pending_and_no_timer()
    {
        _link.ToServer.Delay = TimeSpan.FromSeconds(1);
        Task client = _link.Client.ReadAsync(new byte[1]).AsTask();
        Task server = _link.Server.ReadAsync(new byte[1]).AsTask();
        _link.Client.Write([1]);

        _link.Dispose();
        _queue.RunAll();

        client.IsFaulted.Should().BeTrue();
        server.IsFaulted.Should().BeTrue();
        _clock.NextTimerDue.Should().BeNull();
    }

    [Fact]
    public void A_cancelled_read_takes_no_bytes_and_the_next_one_gets_them()
    {
        using CancellationTokenSource cancellation = new();
        Task read = _link.Server.ReadAsync(new byte[1], cancellation.Token).AsTask();

        cancellation.Cancel();
        _queue.RunAll();

        read.IsCanceled.Should().BeTrue();
        _link.Client.Write([9]);
        Read(_link.Server).Should().Equal(9);
    }

    [Fact]
    public void A_cancelled_write_leaves_what_was_accepted()
    {
        using CancellationTokenSource cancellation = new();
        _link.ToServer.BufferSize = 10;
        Task write = _link.Client.WriteAsync(new byte[15], cancellation.Token).AsTask();

        cancellation.Cancel();
        _queue.RunAll();

        write.IsCanceled.Should().BeTrue();
        Read(_link.Server).Should().HaveCount(10);
        _link.TrafficToServer.BytesSent.Should().Be(10);
    }

    [Fact]
    public void A_second_read_while_one_is_pending_is_a_mistake()
    {
        Task first = _link.Client.ReadAsync(new byte[1]).AsTask();

        _link.Client.Invoking(s => s.ReadAsync(new byte[1])).Should().Throw<InvalidOperationException>();
        first.IsCompleted.Should().BeFalse();
    }

    [Fact]
    public void A_waiting_read_allocates_nothing()
    {
        byte[] buffer = new byte[10];
        int total = 0;
        void Once()
        {
            ValueTask<int> read = _link.Server.ReadAsync(buffer);
            ValueTask write = _link.Client.WriteAsync(buffer.AsMemory(0, 5));
            _queue.RunAll();
            total += read.IsCompleted && write.IsCompleted ? read.Result : 0;
        }

        for (int i = 0; i < 100; i++)
        {
            Once();
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            Once();
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
        total.Should().Be(1_000);
    }

    [Fact]
    public async Task On_the_system_clock_it_works_with_blocking_calls_too()
    {
        using InMemoryLink link = InMemoryLink.Create();
        link.ToClient.Delay = TimeSpan.FromMilliseconds(2);
        byte[] buffer = new byte[3];

        Task<int> blocked = Task.Factory.StartNew(() => link.Client.Read(buffer, 0, 3), TaskCreationOptions.LongRunning);
        link.Server.Write([1, 2, 3], 0, 3);

        (await blocked.WaitAsync(TimeSpan.FromSeconds(10))).Should().Be(3);
        buffer.Should().Equal(1, 2, 3);
    }

    private static byte[] Read(Stream stream)
    {
        byte[] buffer = new byte[1_000];
        ValueTask<int> read = stream.ReadAsync(buffer);
        read.IsCompleted.Should().BeTrue();
        return buffer[..read.AsTask().GetAwaiter().GetResult()];
    }

    private static int Result(Task<int> task)
    {
        task.IsCompleted.Should().BeTrue();
        return task.GetAwaiter().GetResult();
    }

    private static SocketError? ErrorOf(Task task)
    {
        task.IsCompleted.Should().BeTrue();
        return (task.Exception?.InnerException?.InnerException as SocketException)?.SocketErrorCode;
    }

    private void Advance(int milliseconds)
    {
        // Event by event, so that what an arrival wakes runs at its own time.
        DateTimeOffset end = _clock.GetUtcNow() + TimeSpan.FromMilliseconds(milliseconds);
        while (_clock.NextTimerDue is { } due && due <= end)
        {
            _clock.AdvanceTo(due);
            _queue.RunAll();
        }

        _clock.AdvanceTo(end);
        _queue.RunAll();
    }
}
