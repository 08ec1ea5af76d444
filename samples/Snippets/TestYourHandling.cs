using Liveness;
using Liveness.Testing;

namespace Snippets;

/// <summary>A pulled cable in a unit test: no network, and no waiting either.</summary>
internal static class TestYourHandling
{
    public static async Task RunAsync()
    {
        ManualTimeProvider clock = new();
        using InMemoryLink link = InMemoryLink.Create(clock);
        HeartbeatOptions options = new() { DetectWithin = TimeSpan.FromSeconds(10), TimeProvider = clock };
        await using HeartbeatStream client = new(link.Client, options);
        await using HeartbeatStream server = new(link.Server, options);
        await Task.WhenAll(client.StartAsync(), server.StartAsync());

        link.Cut();
        while (!client.Monitor.Completion.IsCompleted)
        {
            clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        Console.WriteLine(await client.Monitor.Completion);
    }
}
