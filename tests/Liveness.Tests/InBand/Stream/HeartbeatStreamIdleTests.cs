namespace Liveness.Tests.InBand;

public sealed class HeartbeatStreamIdleTests
{
    [Fact]
    public void A_connection_that_was_busy_holds_no_buffer_after_the_next_beat()
    {
        PoisoningPool pool = new();
        using ScriptedPair pair = new(pool);
        byte[] buffer = new byte[50_000];
        for (int i = 0; i < 3; i++)
        {
            pair.Fixture.Result(pair.Client.WriteAsync(new byte[50_000]));
            pair.Fixture.Result(pair.Server.ReadExactlyAsync(buffer).AsTask());
            pair.Fixture.Result(pair.Server.WriteAsync(new byte[50_000]));
            pair.Fixture.Result(pair.Client.ReadExactlyAsync(buffer).AsTask());
        }

        Task<int>[] reads = [pair.Client.ReadAsync(buffer).AsTask(), pair.Server.ReadAsync(new byte[10]).AsTask()];
        pool.Outstanding.Should().BePositive("both may hear more at any moment");
        pair.Fixture.Advance(ScriptedPair.Interval);

        pool.Outstanding.Should().Be(0);
        pool.Check().Should().BeEmpty();
        reads.Should().OnlyContain(read => !read.IsCompleted);
    }
}
