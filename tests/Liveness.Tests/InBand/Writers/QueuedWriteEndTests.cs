namespace Liveness.Tests.InBand;

/// <summary>An end that comes while writes wait: each of them is told, once, and with the right word.</summary>
public sealed class QueuedWriteEndTests
{
    public static TheoryData<bool, int> Waiting => new()
    {
        { false, 1 }, { false, 2 }, { false, 5 }, { false, 50 }, { true, 1 }, { true, 2 }, { true, 5 }, { true, 50 },
    };

    [Theory]
    [MemberData(nameof(Waiting))]
    public void A_close_lets_those_before_it_go_first_and_refuses_later_ones(bool socketLike, int count)
    {
        using WriterBench bench = new(socketLike);
        Task[] writes = bench.WriteAndWait(Lengths(count));
        Task flush = bench.Client.FlushAsync();

        Task<CloseResult> closing = bench.Client.CloseAsync();
        bench.Fixture.Failure(bench.Client.WriteAsync(new byte[1]).AsTask()).Should().BeOfType<ObjectDisposedException>();
        bench.Fixture.Failure(bench.Client.FlushAsync()).Should().BeOfType<ObjectDisposedException>();
        writes.Should().OnlyContain(write => !write.IsCompleted);
        bench.Fixture.AdvanceUntil(bench.Drain(), WriterBench.Long);

        Array.ForEach([.. writes, flush], bench.Fixture.Result);
        bench.Arrived.AsSpan().SequenceEqual(bench.WrittenBut()).Should().BeTrue();
        bench.Fixture.AdvanceUntil(closing, WriterBench.Long);
        bench.Fixture.Result(closing).Outcome.Should().Be(CloseOutcome.Confirmed);
        bench.Client.Monitor.Loss.Should().BeNull();
        bench.Server.Monitor.Loss.Should().BeNull();
    }

    [Theory]
    [MemberData(nameof(Waiting))]
    public void A_close_before_the_handshake_lets_them_go_first_too(bool socketLike, int count)
    {
        using WriterBench bench = new(socketLike, start: false);
        Task[] writes = bench.WriteAndWait(Lengths(count));
        Task closing = bench.Client.DisposeAsync().AsTask();
        Task drained = bench.Drain();

        bench.Fixture.AdvanceUntil(drained, WriterBench.Long);

        Array.ForEach(writes, bench.Fixture.Result);
        bench.Arrived.AsSpan().SequenceEqual(bench.WrittenBut()).Should().BeTrue();
        bench.Fixture.AdvanceUntil(closing, WriterBench.Long);
    }

    [Theory]
    [MemberData(nameof(Waiting))]
    public void A_close_whose_peer_takes_nothing_ends_within_its_timeout_and_so_do_they(bool socketLike, int count)
    {
        using WriterBench bench = new(socketLike);
        Task[] writes = bench.WriteAndWait(Lengths(count));

        Task<CloseResult> closing = bench.Client.CloseAsync();
        TimeSpan took = bench.Fixture.AdvanceUntil(closing, WriterBench.Long);

        took.Should().BeLessThanOrEqualTo(bench.Client.Plan.CloseTimeout + StreamFixture.T);
        Array.ForEach(writes, write => bench.Fixture.Failure(write).Should().BeOfType<ObjectDisposedException>());
        bench.Fixture.Result(closing).Outcome.Should().Be(CloseOutcome.NotConfirmed);
    }

    [Theory]
    [MemberData(nameof(Waiting))]
    public void A_close_behind_writes_that_are_all_cancelled_goes_on(bool socketLike, int count)
    {
        using WriterBench bench = new(socketLike);
        using CancellationTokenSource cancel = new();
        Task[] writes = [.. Lengths(count).Select(length => bench.Write(length, cancel.Token))];
        bench.Fixture.Run();
        Task closing = bench.Client.DisposeAsync().AsTask();

        cancel.Cancel();

        Array.ForEach(writes, write => bench.Fixture.Failure(write).Should().BeAssignableTo<OperationCanceledException>());
        bench.Fixture.AdvanceUntil(bench.Drain(), WriterBench.Long);
        bench.Written[0].AsSpan().StartsWith(bench.Arrived).Should().BeTrue();
        bench.Fixture.AdvanceUntil(closing, WriterBench.Long);
        bench.Client.Monitor.Loss.Should().BeNull();
    }

    [Theory]
    [MemberData(nameof(Waiting))]
    public void An_abort_lets_none_go_first(bool socketLike, int count)
    {
        using WriterBench bench = new(socketLike);
        Task[] writes = bench.WriteAndWait(Lengths(count));
        Task flush = bench.Client.FlushAsync();

        Task aborting = bench.Client.AbortAsync().AsTask();

        Array.ForEach([.. writes, flush], write => bench.Fixture.Failure(write).Should().BeOfType<ObjectDisposedException>());
        bench.Fixture.AdvanceUntil(aborting, WriterBench.Long);
    }

    [Theory]
    [MemberData(nameof(Waiting))]
    public void An_abort_of_a_close_that_lets_them_go_first_ends_them(bool socketLike, int count)
    {
        using WriterBench bench = new(socketLike);
        Task[] writes = bench.WriteAndWait(Lengths(count));
        _ = bench.Client.DisposeAsync().AsTask();
        bench.Fixture.Run();

        _ = bench.Client.AbortAsync().AsTask();

        Array.ForEach(writes, write => bench.Fixture.Failure(write).Should().BeOfType<ObjectDisposedException>());
        bench.Fixture.AdvanceUntil(bench.Client.Monitor.Completion, WriterBench.Long);
        bench.Client.Monitor.CloseResult!.Outcome.Should().Be(CloseOutcome.Aborted);
    }

    [Theory]
    [MemberData(nameof(Waiting))]
    public void A_loss_is_told_to_each(bool socketLike, int count)
    {
        using WriterBench bench = new(socketLike);
        int events = 0;
        bench.Client.Monitor.ConnectionLost += (_, _) => events++;
        Task[] writes = bench.WriteAndWait(Lengths(count));
        Task flush = bench.Client.FlushAsync();

        bench.Fixture.Link.Reset();

        foreach (Task write in (Task[])[.. writes, flush])
        {
            bench.Fixture.Failure(write).Should().BeOfType<ConnectionLostException>()
                .Which.Loss.Should().BeSameAs(bench.Client.Monitor.Loss);
        }

        events.Should().Be(1);
    }

    /// <summary>A silence, of which the scheduler's thread tells; the close that follows changes nothing.</summary>
    [Theory]
    [MemberData(nameof(Waiting))]
    public void A_loss_in_the_middle_of_a_close_ends_them_and_the_close(bool socketLike, int count)
    {
        using WriterBench bench = new(socketLike);
        Task[] writes = bench.WriteAndWait(Lengths(count));
        Task closing = bench.Client.DisposeAsync().AsTask();
        bench.Fixture.Link.Reset();

        Array.ForEach(writes, write => bench.Fixture.Failure(write).Should().BeOfType<ObjectDisposedException>());
        bench.Fixture.AdvanceUntil(closing, WriterBench.Long);
        bench.Client.Monitor.Loss.Should().NotBeNull();
    }

    [Theory]
    [MemberData(nameof(Waiting))]
    public void After_the_peers_goodbye_they_are_taken_in_vain_as_over_a_socket(bool socketLike, int count)
    {
        using WriterBench bench = new(socketLike);
        Task[] writes = bench.WriteAndWait(Lengths(count));

        Task closing = bench.Server.DisposeAsync().AsTask();

        Array.ForEach(writes, bench.Fixture.Result);
        bench.Fixture.Result(bench.Client.ReadAsync(new byte[1])).Should().Be(0);
        bench.Fixture.Failure(bench.Client.WriteAsync(new byte[1]).AsTask()).Should().BeOfType<IOException>();
        bench.Fixture.AdvanceUntil(closing, WriterBench.Long);
    }

    /// <summary>Its answer to our close, too, ends what waits to go before it.</summary>
    [Theory]
    [MemberData(nameof(Waiting))]
    public void Where_both_close_what_waits_at_one_end_fails_and_both_end_in_good_order(bool socketLike, int count)
    {
        using WriterBench bench = new(socketLike);
        Task[] writes = bench.WriteAndWait(Lengths(count));

        Task closing = Task.WhenAll(bench.Client.DisposeAsync().AsTask(), bench.Server.DisposeAsync().AsTask());

        Array.ForEach(writes, write => bench.Fixture.Failure(write).Should().BeOfType<ObjectDisposedException>());
        bench.Fixture.AdvanceUntil(closing, WriterBench.Long);
        (bench.Client.Monitor.Loss, bench.Server.Monitor.Loss).Should().Be((null, null));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_handler_may_write_while_others_wait(bool socketLike)
    {
        using WriterBench bench = new(socketLike);
        Task? written = null;
        bench.Client.Monitor.StateChanged += (_, _) => written ??= bench.Write(9);
        Task[] writes = bench.WriteAndWait(WriterBench.Large, 5);
        bench.Fixture.Link.ToClient.IsStalled = true;
        while (written is null)
        {
            bench.Fixture.Clock.AdvanceTo(bench.Fixture.Clock.NextTimerDue!.Value);
            bench.Fixture.Run();
        }

        bench.Fixture.Link.ToClient.IsStalled = false;
        Task drained = bench.Drain();
        bench.Fixture.AdvanceUntil(Task.WhenAll([.. writes, written]), WriterBench.Long);
        bench.Client.CompleteWrites();
        bench.Fixture.AdvanceUntil(drained, WriterBench.Long);
        bench.Arrived.AsSpan().SequenceEqual(bench.WrittenBut()).Should().BeTrue();
    }

    [Fact]
    public void A_handler_of_the_loss_that_writes_is_told_of_the_loss()
    {
        using WriterBench bench = new(socketLike: true);
        Task? written = null;
        bench.Client.Monitor.ConnectionLost += (_, _) => written = bench.Write(9);
        Task[] writes = bench.WriteAndWait(WriterBench.Large, 5);

        bench.Fixture.Link.Reset();

        foreach (Task write in (Task[])[.. writes, .. new[] { written }.OfType<Task>()])
        {
            bench.Fixture.Failure(write).Should().BeOfType<ConnectionLostException>();
        }

        written.Should().NotBeNull();
    }

    private static int[] Lengths(int count) => [WriterBench.Large, .. Enumerable.Range(1, count - 1).Select(i => i * 37 % 9_000)];
}
