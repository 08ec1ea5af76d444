namespace Liveness.Tests.InBand;

/// <summary>A thread that blocks fetches what has arrived and the pool has not, and the pool's own wait is left to itself.</summary>
public sealed class TakenOverReceiveTests
{
    [Fact]
    public void What_the_queue_has_left_lying_is_fetched_and_what_comes_later_arrives_by_either_way()
    {
        using WriterBench bench = new(socketLike: true);
        byte[] got = new byte[1];
        for (byte round = 0; round < 6; round++)
        {
            Send(bench, [round]);
            if (round % 3 != 2)
            {
                FetchHere(bench.Server).Should().Be(true);
            }

            if (round % 2 == 1)
            {
                bench.Fixture.Run();
            }

            bench.Fixture.Result(bench.Server.ReadAsync(got)).Should().Be(1);
            got.Should().Equal(round);
        }
    }

    [Fact]
    public void Where_nothing_has_come_nothing_changes()
    {
        using WriterBench bench = new(socketLike: true);
        bench.Fixture.Run();
        for (int i = 0; i < 3; i++)
        {
            FetchHere(bench.Server).Should().Be(false);
        }

        bench.Fixture.Result(bench.Client.WriteAsync(new byte[] { 7 }));
        bench.Fixture.Result(bench.Server.ReadAsync(new byte[2])).Should().Be(1);
    }

    [Fact]
    public void What_it_fetches_for_a_read_of_another_goes_to_that_one_by_the_queue()
    {
        using WriterBench bench = new(socketLike: true);
        bool hasContinued = false;
        Task<int> read = bench.Server.ReadAsync(new byte[5]).AsTask();
        _ = read.ContinueWith(_ => hasContinued = true, TaskContinuationOptions.ExecuteSynchronously);
        bench.Fixture.Run();
        Send(bench, [1, 2]);

        FetchHere(bench.Server).Should().Be(true);

        hasContinued.Should().BeFalse("code of the application runs on no thread that it has not given");
        bench.Fixture.Result(read).Should().Be(2);
        hasContinued.Should().BeTrue();
    }

    [Fact]
    public void An_end_that_it_meets_is_told_once()
    {
        using WriterBench bench = new(socketLike: true);
        int events = 0;
        bench.Server.Monitor.ConnectionLost += (_, _) => events++;
        Send(bench, [1]);
        FetchHere(bench.Server).Should().Be(true);
        bench.Fixture.Link.Reset();

        FetchHere(bench.Server);
        bench.Fixture.Run();

        bench.Server.Monitor.Loss.Should().NotBeNull();
        events.Should().Be(1);
        bench.Fixture.Result(bench.Server.ReadAsync(new byte[2])).Should().Be(1, "what came before it is read first");
        bench.Fixture.Failure(bench.Server.ReadAsync(new byte[2]).AsTask()).Should().BeOfType<ConnectionLostException>();
    }

    /// <summary>Without a turn of the queue at the other end.</summary>
    private static void Send(WriterBench bench, byte[] bytes)
    {
        bench.Fixture.Clock.Advance(TimeSpan.FromMilliseconds(1));
        bench.Client.WriteAsync(bytes).AsTask().IsCompletedSuccessfully.Should().BeTrue();
    }

    private static bool? FetchHere(HeartbeatStream stream) => stream.Connection.Receiver.ReceiveHere(TimeSpan.Zero);
}
