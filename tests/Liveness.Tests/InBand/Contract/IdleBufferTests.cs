namespace Liveness.Tests.InBand;

/// <summary>What a connection that is idle rents is what its beats need.</summary>
public sealed class IdleBufferTests
{
    private const int Small = 4 * 1024;
    private const int Beats = 5;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_receive_behind_a_beat_plans_the_small_buffer(bool reads)
    {
        PoisoningPool pool = new();
        await using ConnectedPair pair = await ConnectedPair.OpenAsync(TransportKind.Socket, pool);
        Task<int> read = reads ? pair.Client.ReadAsync(new byte[1]).AsTask() : Task.FromResult(0);
        for (int i = 0; i < Beats; i++)
        {
            await pair.Client.Monitor.ProbeAsync().AsTask().WaitAsync(s_limit);
        }

        pool.Largest.Should().BeLessThanOrEqualTo(Small);
        await pair.CloseAsync();
        _ = await read.ContinueWith(static ended => ended.Exception, TaskScheduler.Default);
    }
}
