using Liveness.NetworkTests.Paths;
using Liveness.NetworkTests.Peer;
using Liveness.NetworkTests.PingPeer;
using Liveness.NetworkTests.SidePeer;
using Liveness.NetworkTests.Table;

namespace Liveness.NetworkTests;

/// <summary>
/// Besides the tests: one end of a connection, for the tests to start, stop and kill; the table of faults, and the experiments with bad
/// paths.
/// </summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        switch (args)
        {
            case ["peer", string options]:
                await PeerProgram.RunAsync(PeerOptions.Parse(options));
                return 0;
            case ["side-peer", string options]:
                await SidePeerProgram.RunAsync(SidePeerOptions.Parse(options));
                return 0;
            case ["ping-peer", string options]:
                await PingPeerProgram.RunAsync(PingPeerOptions.Parse(options));
                return 0;
            case ["table", .. string[] rest]:
                return await FaultTable.RunAsync(rest);
            case ["ecmp" or "loss", .. string[] rest]:
                return await PathCommand.RunAsync(args[0], rest);
            default:
                await Console.Error.WriteLineAsync($"{FaultTable.Usage}: prints the table of faults, and draws it, as root. {PathCommand.Usage}, as root. The tests are run by: {Prerequisites.Command}");
                return 2;
        }
    }
}
