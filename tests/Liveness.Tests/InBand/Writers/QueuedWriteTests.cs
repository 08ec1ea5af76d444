namespace Liveness.Tests.InBand;

/// <summary>Writes that come while another is not through wait for their turn, and each is whole.</summary>
public sealed class QueuedWriteTests
{
    private static readonly int[] s_lengths = [WriterBench.Large, 1, 70_000, 5, 200_000, 16_385, 16_384, 3];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void They_go_whole_and_in_the_order_of_their_calls(bool socketLike)
    {
        using WriterBench bench = new(socketLike);
        Task[] writes = bench.WriteAndWait(s_lengths);
        List<int> ended = [];
        for (int i = 0; i < writes.Length; i++)
        {
            int index = i;
            _ = writes[i].ContinueWith(_ => ended.Add(index), TaskContinuationOptions.ExecuteSynchronously);
        }

        Task drained = bench.Drain();
        Array.ForEach(writes, bench.Fixture.Result);
        bench.Client.CompleteWrites();
        bench.Fixture.Result(drained);

        bench.Arrived.AsSpan().SequenceEqual(bench.WrittenBut()).Should().BeTrue("nothing is mixed, left out or said twice");
        ended.Should().Equal(Enumerable.Range(0, writes.Length));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_large_write_that_is_handing_its_bytes_over_lets_none_of_another_in(bool socketLike)
    {
        for (int steps = 0; steps < 12; steps++)
        {
            using WriterBench bench = new(socketLike);
            Task drained = bench.Drain();
            Task first = bench.Write(WriterBench.Large);
            for (int step = 0; step < steps; step++)
            {
                bench.Fixture.Queue.RunOne();
            }

            Task second = bench.Write(10);
            Task third = bench.Write(40_000);
            Array.ForEach([first, second, third], bench.Fixture.Result);
            bench.Client.CompleteWrites();
            bench.Fixture.Result(drained);
            bench.Arrived.AsSpan().SequenceEqual(bench.WrittenBut()).Should().BeTrue("they came after {0} steps", steps);
        }
    }

    /// <summary>On the thread that is handing the bytes of the first over: as if another came just then.</summary>
    [Theory]
    [InlineData(10)]
    [InlineData(20_000)]
    [InlineData(200_000)]
    public void One_that_comes_in_the_middle_of_a_send_of_another_comes_behind_all_of_it(int length)
    {
        using ScriptedPair pair = new();
        byte[] first = [.. Enumerable.Repeat((byte)1, WriterBench.Large)];
        byte[] second = [.. Enumerable.Repeat((byte)2, length)];
        byte[] got = new byte[first.Length + second.Length];
        Task reading = pair.Server.ReadExactlyAsync(got).AsTask();
        Task? other = null;
        pair.ClientTransport.WhileSending = () => other = pair.Client.WriteAsync(second).AsTask();

        pair.Fixture.Result(pair.Client.WriteAsync(first));
        pair.Fixture.Result(other!);
        pair.Fixture.Result(pair.Client.FlushAsync());
        pair.Fixture.Result(reading);

        got.AsSpan().SequenceEqual((byte[])[.. first, .. second]).Should().BeTrue();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void One_of_no_bytes_waits_for_nobody(bool socketLike)
    {
        using WriterBench bench = new(socketLike);
        Task[] writes = bench.WriteAndWait(WriterBench.Large, 5);

        bench.Write(0).IsCompletedSuccessfully.Should().BeTrue();

        Task drained = bench.Drain();
        Array.ForEach(writes, bench.Fixture.Result);
        bench.Client.CompleteWrites();
        bench.Fixture.Result(drained);
        bench.Arrived.Length.Should().Be(WriterBench.Large + 5);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void One_cancelled_while_it_waits_for_its_turn_leaves_nothing_behind_and_harms_no_other(bool socketLike)
    {
        for (int cancelled = 1; cancelled < s_lengths.Length; cancelled++)
        {
            using WriterBench bench = new(socketLike);
            using CancellationTokenSource cancel = new();
            Task[] writes =
                [.. s_lengths.Select((length, i) => bench.Write(length, i == cancelled ? cancel.Token : CancellationToken.None))];
            bench.Fixture.Run();

            cancel.Cancel();
            bench.Fixture.Failure(writes[cancelled]).Should().BeAssignableTo<OperationCanceledException>();
            writes.Where((_, i) => i != cancelled).Should().OnlyContain(write => !write.IsCompleted);

            Task drained = bench.Drain();
            Array.ForEach([.. writes.Where((_, i) => i != cancelled)], bench.Fixture.Result);
            bench.Client.CompleteWrites();
            bench.Fixture.Result(drained);
            bench.Arrived.AsSpan().SequenceEqual(bench.WrittenBut(cancelled)).Should().BeTrue("number {0} was cancelled", cancelled);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void One_cancelled_at_any_step_on_its_way_to_its_turn_leaves_a_beginning_at_most(bool socketLike)
    {
        for (int steps = 0; steps < 40; steps++)
        {
            using WriterBench bench = new(socketLike);
            using CancellationTokenSource cancel = new();
            Task[] writes = [bench.Write(WriterBench.Large), bench.Write(100_000, cancel.Token), bench.Write(7)];
            Task drained = bench.Drain();
            for (int step = 0; step < steps; step++)
            {
                bench.Fixture.Queue.RunOne();
            }

            cancel.Cancel();
            Array.ForEach([writes[0], writes[2]], bench.Fixture.Result);
            writes[1].IsCompleted.Should().BeTrue();
            bench.Client.CompleteWrites();
            bench.Fixture.Result(drained);

            byte[] got = bench.Arrived;
            int sent = got.Length - WriterBench.Large - 7;
            got.AsSpan(0, WriterBench.Large).SequenceEqual(bench.Written[0]).Should().BeTrue();
            got.AsSpan(WriterBench.Large, sent).SequenceEqual(bench.Written[1].AsSpan(0, sent)).Should().BeTrue("after {0} steps", steps);
            got[^7..].Should().Equal(bench.Written[2]);
            (writes[1].IsCompletedSuccessfully && sent < 100_000).Should().BeFalse();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void All_but_the_last_may_be_cancelled_and_the_last_has_its_turn(bool socketLike)
    {
        using WriterBench bench = new(socketLike);
        using CancellationTokenSource cancel = new();
        Task[] cancelled = [.. Enumerable.Range(0, 20).Select(_ => bench.Write(WriterBench.Large, cancel.Token))];
        Task last = bench.Write(3);
        bench.Fixture.Run();

        cancel.Cancel();
        Array.ForEach(cancelled, task => bench.Fixture.Failure(task).Should().BeAssignableTo<OperationCanceledException>());
        Task drained = bench.Drain();
        bench.Fixture.Result(last);
        bench.Client.CompleteWrites();
        bench.Fixture.Result(drained);

        byte[] got = bench.Arrived;
        got[^3..].Should().Equal(bench.Written[^1]);
        bench.Written[0].AsSpan().StartsWith(got.AsSpan(0, got.Length - 3)).Should().BeTrue("only the first had begun");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_thousand_wait_for_little_memory_each_and_all_have_their_turn(bool socketLike)
    {
        const int Waiting = 1_000;
        using WriterBench bench = new(socketLike);
        bench.WriteAndWait(WriterBench.Large);
        byte[] bytes = [.. Enumerable.Range(0, 200).Select(i => (byte)i)];
        Task[] writes = new Task[Waiting];
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Waiting; i++)
        {
            writes[i] = bench.Client.WriteAsync(bytes).AsTask();
        }

        ((GC.GetAllocatedBytesForCurrentThread() - before) / Waiting).Should().BeLessThan(800, "nothing is copied for one that waits");
        Task drained = bench.Drain();
        Array.ForEach(writes, bench.Fixture.Result);
        bench.Client.CompleteWrites();
        bench.Fixture.Result(drained);

        byte[] got = bench.Arrived;
        got.Length.Should().Be(WriterBench.Large + (Waiting * bytes.Length));
        for (int i = 0; i < Waiting; i++)
        {
            got.AsSpan(WriterBench.Large + (i * bytes.Length), bytes.Length).SequenceEqual(bytes).Should().BeTrue();
        }
    }
}
