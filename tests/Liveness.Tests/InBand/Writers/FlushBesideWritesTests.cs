namespace Liveness.Tests.InBand;

/// <summary>A flush and a half close come behind what was written by calls before them, and hold up nothing.</summary>
public sealed class FlushBesideWritesTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_flush_waits_for_the_writes_before_it_and_not_for_those_behind(bool socketLike)
    {
        using WriterBench bench = new(socketLike);
        Task before = bench.Write(WriterBench.Large);
        Task flush = bench.Client.FlushAsync();
        Task behind = bench.Write(WriterBench.Large * 2);
        bench.Fixture.Run();
        (before.IsCompleted, flush.IsCompleted, behind.IsCompleted).Should().Be((false, false, false));

        bench.Fixture.Result(bench.Server.ReadExactlyAsync(new byte[WriterBench.Large]));

        bench.Fixture.Result(before);
        bench.Fixture.Result(flush);
        behind.IsCompleted.Should().BeFalse();
        bench.Fixture.Result(bench.Server.ReadExactlyAsync(new byte[WriterBench.Large * 2]));
        bench.Fixture.Result(behind);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_flush_that_waits_for_the_transport_holds_up_no_write_for_which_there_is_room(bool socketLike)
    {
        using WriterBench bench = new(socketLike);
        bench.Fixture.Link.ToServer.BufferSize = 1;
        bench.Fixture.Link.ToServer.IsStalled = true;
        bench.Fixture.Result(bench.Write(1_000));
        Task[] flushes = [bench.Client.FlushAsync(), bench.Client.FlushAsync()];
        bench.Fixture.Run();

        bench.Fixture.Result(bench.Write(100));

        flushes.Should().OnlyContain(flush => !flush.IsCompleted);
        bench.Fixture.Link.ToServer.IsStalled = false;
        Task reading = bench.Server.ReadExactlyAsync(new byte[1_100]).AsTask();
        bench.Fixture.AdvanceUntil(Task.WhenAll(flushes), WriterBench.Long);
        bench.Fixture.AdvanceUntil(reading, WriterBench.Long);
    }

    [Fact]
    public void A_flush_that_is_woken_after_a_close_has_ended_still_succeeds()
    {
        using WriterBench bench = new(socketLike: true);
        bench.Fixture.Link.ToServer.BufferSize = 1;
        bench.Fixture.Link.ToServer.IsStalled = true;
        bench.Fixture.Result(bench.Write(1_000));
        Task flush = bench.Client.FlushAsync();
        bench.Fixture.Run();
        flush.IsCompleted.Should().BeFalse();

        bench.Fixture.Queue.IsLate = static item => item is WaitingWriter;
        Task closing = bench.Client.DisposeAsync().AsTask();
        bench.Fixture.Link.ToServer.IsStalled = false;
        bench.Fixture.AdvanceUntil(bench.Server.ReadExactlyAsync(new byte[1_000]).AsTask(), WriterBench.Long);
        Task closingOfPeer = bench.Server.DisposeAsync().AsTask();
        bench.Fixture.AdvanceUntil(Task.WhenAll(closing, closingOfPeer), WriterBench.Long);
        flush.IsCompleted.Should().BeFalse("nobody has woken it yet");

        bench.Fixture.Queue.PostLate();
        bench.Fixture.Result(flush);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_flush_may_be_cancelled_wherever_it_waits(bool socketLike)
    {
        using WriterBench bench = new(socketLike);
        using CancellationTokenSource cancel = new();
        Task before = bench.Write(WriterBench.Large);
        Task flush = bench.Client.FlushAsync(cancel.Token);
        Task behind = bench.Write(5);
        bench.Fixture.Run();

        cancel.Cancel();
        bench.Fixture.Failure(flush).Should().BeAssignableTo<OperationCanceledException>();

        Task drained = bench.Drain();
        Array.ForEach([before, behind], bench.Fixture.Result);
        bench.Client.CompleteWrites();
        bench.Fixture.Result(drained);
        bench.Arrived.AsSpan().SequenceEqual(bench.WrittenBut()).Should().BeTrue();
    }

    /// <summary>The writer sends on its own thread, and no queue would tell the flush.</summary>
    [Fact]
    public void A_flush_hears_of_what_a_later_writer_has_sent_for_it()
    {
        using ScriptedPair pair = new();
        Task? flush = null;
        pair.ClientTransport.WhileSending = () =>
        {
            pair.Fixture.Result(pair.Client.WriteAsync(new byte[] { 2 }));
            flush = pair.Client.FlushAsync();
            flush.IsCompleted.Should().BeFalse();
        };
        pair.Fixture.Result(pair.Client.WriteAsync(new byte[] { 1 }));

        pair.Fixture.Result(flush!);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_half_close_lets_those_before_it_go_first_and_refuses_later_ones(bool socketLike)
    {
        using WriterBench bench = new(socketLike);
        Task[] writes = bench.WriteAndWait(WriterBench.Large, 6, 80_000);
        Task flush = bench.Client.FlushAsync();

        bench.Client.CompleteWrites();
        bench.Client.CompleteWrites();

        bench.Fixture.Failure(bench.Client.WriteAsync(new byte[1]).AsTask()).Should().BeOfType<InvalidOperationException>()
            .Which.Message.Should().Contain("CompleteWrites");
        bench.Fixture.Result(bench.Drain());
        bench.Arrived.AsSpan().SequenceEqual(bench.WrittenBut()).Should().BeTrue();
        Array.ForEach([.. writes, flush], bench.Fixture.Result);
        bench.Client.Monitor.State.Should().Be(LivenessState.Alive);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_half_close_comes_about_where_all_before_it_are_cancelled(bool socketLike)
    {
        using WriterBench bench = new(socketLike);
        using CancellationTokenSource cancel = new();
        Task[] writes = [bench.Write(WriterBench.Large, cancel.Token), bench.Write(7, cancel.Token)];
        bench.Fixture.Run();
        bench.Client.CompleteWrites();

        cancel.Cancel();
        Array.ForEach(writes, task => bench.Fixture.Failure(task).Should().BeAssignableTo<OperationCanceledException>());

        bench.Fixture.Result(bench.Drain());
        bench.Written[0].AsSpan().StartsWith(bench.Arrived).Should().BeTrue();
    }
}
