using Liveness.NetworkTests.Lab;

namespace Liveness.NetworkTests.Table;

/// <summary>A row of the table: what happens to connections that were well.</summary>
/// <param name="Name">In the reader's words.</param>
/// <param name="ClientSends">The clients send something ten times a second, before and after; otherwise nobody sends anything.</param>
/// <param name="StrikeAsync">Does the damage, and returns since when it is done.</param>
internal sealed record Fault(string Name, bool ClientSends, Func<NetworkLab, PeerProcess[], Task<long>> StrikeAsync)
{
    private static readonly TimeSpan s_absence = TimeSpan.FromSeconds(1.5);

    public static readonly Fault[] All =
    [
        new("path cut both ways, idle", false, (lab, _) => lab.CutAsync()),
        new("path cut both ways, while the client sends", true, (lab, _) => lab.CutAsync()),
        new("path cut from client to server, idle", false, (lab, _) => lab.CutClientToServerAsync()),
        new("path cut from server to client, idle", false, (lab, _) => lab.CutServerToClientAsync()),
        new("server process stopped, idle", false, (_, servers) => ForAll(servers, server => server.StopAsync())),
        new("server process stopped, while the client sends", true, (_, servers) => ForAll(servers, server => server.StopAsync())),
        new("server process killed, idle", false, (_, servers) => ForAll(servers, server => server.KillAsync())),
        new("server's host gone, and back without its memory, idle", false, GoneAndBackAsync) { ServerForgets = true },
    ];

    /// <summary>The server's kernel is to know nothing of the connection once the process is gone.</summary>
    public bool ServerForgets { get; private init; }

    private static async Task<long> GoneAndBackAsync(NetworkLab lab, PeerProcess[] servers)
    {
        await lab.SilenceServerHostAsync();
        long gone = await ForAll(servers, server => server.KillAsync());
        await Task.Delay(s_absence);
        await lab.UnsilenceServerHostAsync();
        return gone;
    }

    private static async Task<long> ForAll(PeerProcess[] servers, Func<PeerProcess, Task<long>> signal)
    {
        long last = 0;
        foreach (PeerProcess server in servers)
        {
            last = await signal(server);
        }

        return last;
    }
}
