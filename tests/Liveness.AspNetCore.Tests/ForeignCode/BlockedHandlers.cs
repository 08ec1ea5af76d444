using System.Net.Security;
using Liveness.Testing;
using static Liveness.AspNetCore.Tests.ForeignCode.LivesUnderThrowingLoggers;

namespace Liveness.AspNetCore.Tests.ForeignCode;

#pragma warning disable LIV007 // The process ends with them.

/// <summary>Healthy connections over TLS, whose beats need the thread pool, beside losses whose handlers block for seconds.</summary>
internal static class BlockedHandlers
{
    public const string Command = "blocked-handlers";

    public const string AllIsWell = "every handler was called, and every healthy connection lives";

    private const int Healthy = 10;
    private const int Lost = 100;

    private static readonly TimeSpan s_t = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan s_watched = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_blocked = TimeSpan.FromSeconds(5);

    public static async Task<int> RunAsync()
    {
        (HeartbeatStream Client, HeartbeatStream Server)[] healthy =
            await Task.WhenAll(Enumerable.Range(0, Healthy).Select(static _ => OverTlsAsync()));
        int called = 0;
        InMemoryLink[] links = [.. Enumerable.Range(0, Lost).Select(static _ => InMemoryLink.Create(TimeProvider.System))];
        foreach (InMemoryLink link in links)
        {
            HeartbeatOptions options = new() { DetectWithin = TimeSpan.FromSeconds(1) };
            HeartbeatStream client = new(link.Client, options);
            HeartbeatStream server = new(link.Server, options);
            await Task.WhenAll(client.StartAsync(), server.StartAsync());
            client.Monitor.ConnectionLost += (_, _) =>
            {
                Interlocked.Increment(ref called);
                Thread.Sleep(s_blocked);
            };
        }

        Array.ForEach(links, static link => link.Cut());
        await Task.Delay(s_watched);
        Expect(healthy.All(static pair => pair.Client.Monitor.State == LivenessState.Alive), "every client of a healthy connection lives");
        Expect(healthy.All(static pair => pair.Server.Monitor.State == LivenessState.Alive), "every server of a healthy connection lives");
        Expect(called == Lost, $"{Lost} handlers were called, and not {called}");
        await Task.WhenAll(healthy.Select(static pair => StreamLives.EchoAsync(pair.Client, pair.Server)));
        Console.WriteLine(AllIsWell);
        return 0;
    }

    private static async Task<(HeartbeatStream Client, HeartbeatStream Server)> OverTlsAsync()
    {
        TcpPair pair = await TcpPair.ConnectAsync();
        (SslStream client, SslStream server) = await StreamLives.SecureAsync(pair);
        HeartbeatOptions options = new() { DetectWithin = s_t };
        (HeartbeatStream Client, HeartbeatStream Server) streams = (new(client, options), new(server, options));
        await Task.WhenAll(streams.Client.StartAsync(), streams.Server.StartAsync());
        return streams;
    }
}
