using FsCheck;
using FsCheck.Fluent;
using Liveness.Testing;

namespace Liveness.Tests.Testing;

public class InMemoryLinkProperties
{
    [Fact]
    public void Everything_that_is_written_is_read_both_ways_at_once_whatever_the_conditions()
    {
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(50), Prop.ForAll(ArbMap.Default.ArbFor<int>(), TransferBothWays));
    }

    private static void TransferBothWays(int seed)
    {
        Random random = new(seed);
        ManualWorkQueue queue = new();
        ManualTimeProvider clock = new() { WorkQueue = queue };
        using InMemoryLink link = InMemoryLink.Create(clock, seed);
        byte[] sent = new byte[50_000];
        random.NextBytes(sent);
        foreach (LinkConditions way in (LinkConditions[])[link.ToServer, link.ToClient])
        {
            way.Delay = TimeSpan.FromMilliseconds(random.Next(100));
            way.Jitter = TimeSpan.FromMilliseconds(random.Next(100));
            way.BytesPerSecond = random.Next(2) == 0 ? null : random.Next(1_000, 1_000_000);
            way.BufferSize = random.Next(1, 20_000);
        }

        Task<byte[]> atServer = ReceiveAsync(link.Server, new Random(seed));
        Task<byte[]> atClient = ReceiveAsync(link.Client, new Random(seed));
        Task writes = Task.WhenAll(SendAsync(link.Client, sent, new Random(seed)), SendAsync(link.Server, sent, new Random(seed)));
        for (queue.RunAll(); clock.NextTimerDue is { } due; queue.RunAll())
        {
            clock.AdvanceTo(due);
        }

        writes.IsCompletedSuccessfully.Should().BeTrue();
        atServer.IsCompletedSuccessfully.Should().BeTrue();
        atServer.Result.AsSpan().SequenceEqual(sent).Should().BeTrue();
        atClient.IsCompletedSuccessfully.Should().BeTrue();
        atClient.Result.AsSpan().SequenceEqual(sent).Should().BeTrue();
    }

    private static async Task SendAsync(Stream stream, byte[] bytes, Random random)
    {
        for (int sent = 0; sent < bytes.Length;)
        {
            int count = Math.Min(random.Next(1, 5_000), bytes.Length - sent);
            await stream.WriteAsync(bytes.AsMemory(sent, count)).ConfigureAwait(false);
            sent += count;
        }

        InMemoryLink.CompleteWrites(stream);
    }

    private static async Task<byte[]> ReceiveAsync(Stream stream, Random random)
    {
        using MemoryStream received = new();
        byte[] buffer = new byte[5_000];
        while (await stream.ReadAsync(buffer.AsMemory(0, random.Next(1, buffer.Length))).ConfigureAwait(false) is var count and > 0)
        {
            received.Write(buffer, 0, count);
        }

        return received.ToArray();
    }
}
