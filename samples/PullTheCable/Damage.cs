using System.Diagnostics;
using CableLab;

namespace PullTheCable;

/// <summary>Does what the fault says, at a moment drawn from the seed.</summary>
internal sealed class Damage(Arguments arguments, INetwork network, ServerProcess server, ClientEnd client, Action<string> note)
{
    /// <summary>For how many bounds the slow reader does not read.</summary>
    private const int SlowBounds = 3;

    /// <returns>When it was done, by <see cref="Stopwatch"/>.</returns>
    public async Task<long> StrikeAsync(CancellationToken cancellationToken)
    {
        await WatchBeatsAsync(2, TimeSpan.FromSeconds(0.5 + (new Random(arguments.Seed).NextDouble() / 2)), cancellationToken);
        long struck = Stopwatch.GetTimestamp();
        switch (arguments.Fault.Kind)
        {
            case FaultKind.Cut:
                await network.CutAsync(toServer: true, toClient: true);
                NoteCut("both ways");
                break;
            case FaultKind.CutOut:
                await network.CutAsync(toServer: true, toClient: false);
                NoteCut("client to server");
                break;
            case FaultKind.CutIn:
                await network.CutAsync(toServer: false, toClient: true);
                NoteCut("server to client");
                break;
            case FaultKind.Reset:
                await network.ResetAsync();
                note("RESET: RST sent to both ends");
                break;
            case FaultKind.Close:
                await client.CloseAsync();
                break;
            case FaultKind.Freeze:
                await FreezeAsync(cancellationToken);
                break;
            case FaultKind.SlowReader:
                await BeSlowAsync(cancellationToken);
                break;
        }

        return struck;
    }

    private void NoteCut(string which) =>
        note($"CUT {which}: {network.AfterCut}\nthe client's plain socket still believes: {client.PlainSocket}");

    private async Task FreezeAsync(CancellationToken cancellationToken)
    {
        Task continued = await server.FreezeAsync((int)Math.Ceiling(arguments.DetectWithin.TotalSeconds + 1));
        note($"FREEZE: the server process is stopped (SIGSTOP)\nthe client's plain socket still believes: {client.PlainSocket}");
        await continued.WaitAsync(cancellationToken);
        note("the server process may run again (SIGCONT)");
    }

    private async Task BeSlowAsync(CancellationToken cancellationToken)
    {
        note("nothing is broken; the server's application just does not read, and the client's write waits");
        await WatchBeatsAsync(SlowBounds, arguments.DetectWithin, cancellationToken);
        await server.SendAsync(ServerEnd.ReadCommand);
        await client.FloodedAsync(cancellationToken);
        await client.CloseAsync();
    }

    private async Task WatchBeatsAsync(int times, TimeSpan every, CancellationToken cancellationToken)
    {
        for (int i = 0; i < times; i++)
        {
            await Task.Delay(every, cancellationToken);
            client.NoteBeats();
        }
    }
}
