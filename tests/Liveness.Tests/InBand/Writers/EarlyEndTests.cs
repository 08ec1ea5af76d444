using System.Text;

namespace Liveness.Tests.InBand;

/// <summary>A peer that answers before it has read everything, and ends its side: whoever is still writing gets to the answer.</summary>
public sealed class EarlyEndTests
{
    private static readonly byte[] s_answer = Encoding.ASCII.GetBytes("HTTP/1.1 413 Content Too Large");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void After_a_half_close_the_answer_is_read_while_the_writes_wait_and_they_end_with_the_close(bool socketLike)
    {
        using WriterBench bench = new(socketLike);
        Task[] writes = bench.WriteAndWait(WriterBench.Large, 100);
        bench.Fixture.Result(bench.Server.WriteAsync(s_answer));
        bench.Server.CompleteWrites();

        using MemoryStream got = new();
        bench.Fixture.Result(bench.Client.CopyToAsync(got));
        got.ToArray().Should().Equal(s_answer);
        writes.Should().OnlyContain(write => !write.IsCompleted, "the peer may still read");

        Task closing = bench.Server.DisposeAsync().AsTask();
        bench.Fixture.Run();
        writes.Should().OnlyContain(write => write.IsCompleted);
        bench.Fixture.AdvanceUntil(closing, WriterBench.Long);
        (bench.Client.Monitor.Loss, bench.Server.Monitor.Loss).Should().Be((null, null));
    }

    /// <summary>First all of the request, then the answer: as HTTP/1.1 clients do.</summary>
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Whoever_reads_only_after_all_writes_reads_the_answer_then(bool socketLike, bool halfClosesFirst)
    {
        using WriterBench bench = new(socketLike);
        Task request = WriteManyAsync(bench.Client);
        bench.Fixture.Result(bench.Server.ReadExactlyAsync(new byte[1_000]));
        bench.Fixture.Result(bench.Server.WriteAsync(s_answer));
        if (halfClosesFirst)
        {
            bench.Server.CompleteWrites();
        }

        Task closing = bench.Server.DisposeAsync().AsTask();
        bench.Fixture.Result(request);

        using MemoryStream got = new();
        bench.Fixture.Result(bench.Client.CopyToAsync(got));
        got.ToArray().Should().Equal(s_answer);
        bench.Fixture.Failure(bench.Client.WriteAsync(new byte[1]).AsTask()).Should().BeOfType<IOException>();
        bench.Fixture.AdvanceUntil(closing, WriterBench.Long);
        bench.Client.Monitor.Loss.Should().BeNull();
        bench.Fixture.AdvanceUntil(bench.Client.CloseAsync(), WriterBench.Long);
        bench.Client.Monitor.CloseResult!.UnconfirmedBytes.Should().BePositive("nobody has got the rest of the request");
    }

    private static async Task WriteManyAsync(HeartbeatStream stream)
    {
        for (int i = 0; i < 50; i++)
        {
            await stream.WriteAsync(new byte[10_000]).ConfigureAwait(false);
        }

        await stream.FlushAsync().ConfigureAwait(false);
    }
}
