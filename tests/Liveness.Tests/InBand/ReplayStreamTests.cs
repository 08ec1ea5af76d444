namespace Liveness.Tests.InBand;

/// <summary>What was read before a stream had its reader is given out first, and nothing else changes.</summary>
public sealed class ReplayStreamTests : IDisposable
{
    private static readonly TimeSpan s_safety = TimeSpan.FromSeconds(20);

    private readonly MemoryStream _inner = new([4, 5, 6]);

    public void Dispose() => _inner.Dispose();

    [Fact]
    public async Task First_come_the_bytes_that_were_read_then_what_a_read_under_way_finds_then_the_rest()
    {
        byte[] found = [3, 0, 0];
        using ReplayStream stream = new(_inner, new byte[] { 1, 2 }, new PendingBytes(Task.FromResult(1), found));

        byte[] read = new byte[6];
        await stream.ReadExactlyAsync(read);

        read.Should().Equal(1, 2, 3, 4, 5, 6);
        (await stream.ReadAsync(read)).Should().Be(0);
    }

    [Fact]
    public void Synchronous_reads_do_the_same()
    {
        byte[] found = [3, 0, 0];
        using ReplayStream stream = new(_inner, new byte[] { 1, 2 }, new PendingBytes(Task.FromResult(1), found));

        Enumerable.Range(0, 7).Select(_ => stream.ReadByte()).Should().Equal(1, 2, 3, 4, 5, 6, -1);
    }

    [Fact]
    public async Task A_read_into_small_memory_takes_only_what_fits()
    {
        using ReplayStream stream = new(_inner, new byte[] { 1, 2 }, pending: null);

        (await stream.ReadAsync(new byte[1])).Should().Be(1);
        (await stream.ReadAsync(new byte[5])).Should().Be(1, "one read is either a replay or a read");
        (await stream.ReadAsync(new byte[5])).Should().Be(3);
    }

    [Fact]
    public async Task An_empty_read_ends_when_there_is_something_to_read_and_takes_nothing()
    {
        TaskCompletionSource<int> under = new();
        byte[] found = [3];
        using ReplayStream stream = new(_inner, new byte[] { 1 }, new PendingBytes(under.Task, found));

        (await stream.ReadAsync(Memory<byte>.Empty)).Should().Be(0);
        stream.ReadByte().Should().Be(1);
        Task<int> empty = stream.ReadAsync(Memory<byte>.Empty).AsTask();
        empty.IsCompleted.Should().BeFalse();
        under.SetResult(1);
        (await empty.WaitAsync(s_safety)).Should().Be(0);
        stream.ReadByte().Should().Be(3);
    }

    [Fact]
    public async Task A_cancelled_read_leaves_what_is_under_way_to_the_next_one()
    {
        TaskCompletionSource<int> under = new();
        byte[] found = [3];
        using ReplayStream stream = new(_inner, default, new PendingBytes(under.Task, found));
        using CancellationTokenSource cancelled = new();
        Task<int> first = stream.ReadAsync(new byte[9], cancelled.Token).AsTask();
        await cancelled.CancelAsync();
        Func<Task> awaiting = () => first.WaitAsync(s_safety);
        await awaiting.Should().ThrowAsync<OperationCanceledException>();

        under.SetResult(1);

        byte[] read = new byte[4];
        await stream.ReadExactlyAsync(read);
        read.Should().Equal(3, 4, 5, 6);
    }

    [Fact]
    public async Task A_read_under_way_that_fails_says_so_once_and_that_finds_the_end_says_so_for_good()
    {
        using ReplayStream failing = new(_inner, default, new PendingBytes(Task.FromException<int>(new IOException("reset")), default));
        Func<Task> reading = () => failing.ReadAsync(new byte[9]).AsTask();
        await reading.Should().ThrowAsync<IOException>().WithMessage("reset");
        failing.ReadByte().Should().Be(4, "what is beneath speaks for itself from then on");

        using ReplayStream ended = new(_inner, default, new PendingBytes(Task.FromResult(0), default));
        (await ended.ReadAsync(new byte[9])).Should().Be(0);
        ended.ReadByte().Should().Be(-1);
    }

    [Fact]
    public void A_synchronous_read_keeps_the_read_timeout_while_it_waits_for_what_is_under_way()
    {
        TaskCompletionSource<int> under = new();
        using SocketPair pair = SocketPair.OverTcp();
        byte[] found = [3];
        using ReplayStream stream = new(new System.Net.Sockets.NetworkStream(pair.Client), default, new PendingBytes(under.Task, found)) { ReadTimeout = 1 };

        Action reading = () => stream.ReadByte();

        reading.Should().Throw<IOException>();
        under.SetResult(1);
        stream.ReadByte().Should().Be(3);
    }

    [Fact]
    public void Writes_flushes_and_timeouts_are_those_of_the_stream_beneath()
    {
        using MemoryStream inner = new();
        using ReplayStream stream = new(inner, new byte[] { 1 }, pending: null);

        stream.Write([1, 2]);
        stream.WriteByte(3);
        stream.Write([4], 0, 1);
        stream.Flush();

        inner.ToArray().Should().Equal(1, 2, 3, 4);
        (stream.CanRead, stream.CanWrite, stream.CanSeek, stream.CanTimeout).Should().Be((true, true, false, false));
        stream.Dispose();
        (stream.CanRead, inner.CanRead).Should().Be((false, false));
    }
}
