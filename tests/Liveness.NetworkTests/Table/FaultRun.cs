using Liveness.NetworkTests.Lab;
using Liveness.NetworkTests.Peer;

namespace Liveness.NetworkTests.Table;

/// <summary>One repetition of one fault: a lab with a client of every kind.</summary>
internal static class FaultRun
{
    private const int HeartbeatPort = 7000;
    private const int PlainPort = 7001;

    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan s_well = TimeSpan.FromSeconds(1);

    /// <summary>The compiler's work for processes that start would delay those that are measured.</summary>
    private static readonly SemaphoreSlim s_starting = new(1, 1);

    /// <returns>What each <see cref="ClientKind"/> saw.</returns>
    public static async Task<Sighting[]> RunAsync(Fault fault)
    {
        await using NetworkLab lab = await NetworkLab.CreateAsync();
        using CancellationTokenSource limit = new(s_longest);
        PeerProcess[] servers;
        PeerProcess[] clients;
        await s_starting.WaitAsync(limit.Token);
        try
        {
            PeerOptions server = new() { Role = PeerRole.Server, Address = NetworkLab.ServerAddress, KernelForgets = fault.ServerForgets };
            servers = await Task.WhenAll(
                PeerProcess.StartAsync(lab, lab.Server, server with { Port = HeartbeatPort, DetectWithin = TimeSpan.FromSeconds(3) }, limit.Token),
                PeerProcess.StartAsync(lab, lab.Server, server with { Port = PlainPort, Mode = PeerMode.Plain }, limit.Token));
            clients = await Task.WhenAll(ClientKind.All.Select(kind => PeerProcess.StartAsync(lab, lab.Client, OptionsOf(kind), limit.Token)));
            foreach (PeerProcess client in clients)
            {
                await client.TellAsync("connect", limit.Token);
                await client.WaitAsync(PeerEventKind.Opened, 1, limit.Token);
                if (fault.ClientSends)
                {
                    await client.TellAsync("trickle 100 100", limit.Token);
                }
            }
        }
        finally
        {
            s_starting.Release();
        }

        await Task.Delay(s_well, limit.Token);
        long since = await fault.StrikeAsync(lab, servers);
        return await Task.WhenAll(clients.Select(client => WatchAsync(client, since)));
    }

    private static PeerOptions OptionsOf(ClientKind kind) => new()
    {
        Role = PeerRole.Client,
        Address = NetworkLab.ServerAddress,
        Port = kind.Mode == PeerMode.Heartbeat ? HeartbeatPort : PlainPort,
        Mode = kind.Mode,
        DetectWithin = kind.DetectWithin,
    };

    private static async Task<Sighting> WatchAsync(PeerProcess client, long since)
    {
        using CancellationTokenSource limit = new(Sighting.Watched);
        try
        {
            PeerEvent[] ends = await client.WaitAsync(happened => happened.Kind is PeerEventKind.Lost or PeerEventKind.Failed or PeerEventKind.End, 1, "an end", limit.Token);
            return Sighting.Of(ends[0], since);
        }
        catch (TimeoutException)
        {
            return Sighting.Nothing;
        }
    }
}
