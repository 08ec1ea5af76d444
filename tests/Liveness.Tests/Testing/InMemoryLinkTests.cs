using Liveness.Testing;

namespace Liveness.Tests.Testing;

public class InMemoryLinkTests : InMemoryLinkHarness
{
    [Fact]
    public void What_one_end_writes_the_other_reads_both_ways()
    {
        Link.Client.Write([1, 2, 3]);
        Link.Server.Write([4, 5]);

        Read(Link.Server).Should().Equal(1, 2, 3);
        Read(Link.Client).Should().Equal(4, 5);
        Link.TrafficToServer.Should().Be(new LinkTraffic(3, 3, 0));
        Link.TrafficToClient.Should().Be(new LinkTraffic(2, 2, 0));
    }

    [Fact]
    public void A_pending_read_completes_on_the_workQueue_and_not_inside_the_write()
    {
        byte[] buffer = new byte[10];
        Task<int> read = Link.Server.ReadAsync(buffer).AsTask();

        Link.Client.Write([1, 2, 3]);
        read.IsCompleted.Should().BeFalse();

        Queue.RunAll();
        read.IsCompletedSuccessfully.Should().BeTrue();
        buffer[..Result(read)].Should().Equal(1, 2, 3);
    }

    [Fact]
    public void A_delayed_write_arrives_exactly_then()
    {
        Link.ToServer.Delay = TimeSpan.FromMilliseconds(40);
        Task<int> read = Link.Server.ReadAsync(new byte[10]).AsTask();
        Link.Client.Write([1]);

        Advance(39);
        read.IsCompleted.Should().BeFalse();

        Advance(1);
        Result(read).Should().Be(1);
        Link.TrafficToServer.LastDelivered.Should().Be(TimeSpan.FromMilliseconds(40).Ticks);
    }

    [Fact]
    public void A_thinLink_takes_its_time()
    {
        Link.ToServer.BytesPerSecond = 1_000;
        Link.Client.Write(new byte[10_000]);
        Task read = Link.Server.ReadExactlyAsync(new byte[10_000]).AsTask();

        Advance(9_999);
        read.IsCompleted.Should().BeFalse();

        Advance(1);
        read.IsCompletedSuccessfully.Should().BeTrue();
    }

    [Fact]
    public void A_zero_byte_read_waits_for_data_and_takes_none()
    {
        Task<int> read = Link.Server.ReadAsync(Memory<byte>.Empty).AsTask();
        Queue.RunAll();
        read.IsCompleted.Should().BeFalse();

        Link.Client.Write([7]);
        Queue.RunAll();

        Result(read).Should().Be(0);
        Read(Link.Server).Should().Equal(7);
    }

    [Fact]
    public void A_write_waits_for_a_slow_reader()
    {
        Link.ToServer.BufferSize = 10;
        Task write = Link.Client.WriteAsync(new byte[15]).AsTask();
        Queue.RunAll();
        write.IsCompleted.Should().BeFalse();

        Read(Link.Server).Should().HaveCount(10);
        Queue.RunAll();

        write.IsCompletedSuccessfully.Should().BeTrue();
        Read(Link.Server).Should().HaveCount(5);
    }

    [Fact]
    public void A_cut_is_silent_and_a_stall_ends()
    {
        Link.Stall();
        Link.Client.Write([1]);
        Task<int> read = Link.Server.ReadAsync(new byte[10]).AsTask();
        Advance(60_000);
        read.IsCompleted.Should().BeFalse();

        Link.Resume();
        Queue.RunAll();
        Result(read).Should().Be(1);

        Link.Cut();
        Task<int> afterCut = Link.Server.ReadAsync(new byte[10]).AsTask();
        Link.Client.Write([2]);
        Link.Client.Dispose();
        Advance(60_000);
        afterCut.IsCompleted.Should().BeFalse("a cut reports nothing");
        Link.TrafficToServer.Should().Be(new LinkTraffic(2, 1, TimeSpan.FromMinutes(1).Ticks));
    }

    [Fact]
    public void A_one_way_cut_leaves_the_other_way_open()
    {
        Link.CutToServer();
        Link.Client.Write([1]);
        Link.Server.Write([2]);

        Read(Link.Client).Should().Equal(2);
        Link.TrafficToServer.BytesDelivered.Should().Be(0);
    }

    [Fact]
    public void A_cut_lets_a_waiting_write_go_where_cuts_acknowledge()
    {
        Link.ToServer.BufferSize = 10;
        Link.ToServer.CutAcknowledges = true;
        Task write = Link.Client.WriteAsync(new byte[100]).AsTask();

        Link.CutToServer();
        Queue.RunAll();

        write.IsCompletedSuccessfully.Should().BeTrue();
    }

    [Fact]
    public void A_cancelled_read_takes_no_bytes_and_the_next_one_gets_them()
    {
        using CancellationTokenSource cancellation = new();
        Task read = Link.Server.ReadAsync(new byte[1], cancellation.Token).AsTask();

        cancellation.Cancel();
        Queue.RunAll();

        read.IsCanceled.Should().BeTrue();
        Link.Client.Write([9]);
        Read(Link.Server).Should().Equal(9);
    }

    [Fact]
    public void A_cancelled_write_leaves_what_was_accepted()
    {
        using CancellationTokenSource cancellation = new();
        Link.ToServer.BufferSize = 10;
        Task write = Link.Client.WriteAsync(new byte[15], cancellation.Token).AsTask();

        cancellation.Cancel();
        Queue.RunAll();

        write.IsCanceled.Should().BeTrue();
        Read(Link.Server).Should().HaveCount(10);
        Link.TrafficToServer.BytesSent.Should().Be(10);
    }

    [Fact]
    public void A_second_read_while_one_is_pending_is_a_mistake()
    {
        Task first = Link.Client.ReadAsync(new byte[1]).AsTask();

        Link.Client.Invoking(s => s.ReadAsync(new byte[1])).Should().Throw<InvalidOperationException>();
        first.IsCompleted.Should().BeFalse();
    }

    [Fact]
    public void A_waiting_read_allocates_nothing()
    {
        byte[] buffer = new byte[10];
        int total = 0;
        void Once()
        {
            ValueTask<int> read = Link.Server.ReadAsync(buffer);
            ValueTask write = Link.Client.WriteAsync(buffer.AsMemory(0, 5));
            Queue.RunAll();
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
    public async Task On_the_systemClock_it_works_with_blocking_calls_too()
    {
        using InMemoryLink link = InMemoryLink.Create();
        link.ToClient.Delay = TimeSpan.FromMilliseconds(2);
        byte[] buffer = new byte[3];

        Task<int> blocked = Task.Factory.StartNew(() => link.Client.Read(buffer, 0, 3), TaskCreationOptions.LongRunning);
        link.Server.Write([1, 2, 3], 0, 3);

        (await blocked.WaitAsync(TimeSpan.FromSeconds(10))).Should().Be(3);
        buffer.Should().Equal(1, 2, 3);
    }
}
