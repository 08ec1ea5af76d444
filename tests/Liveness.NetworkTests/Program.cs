using Liveness.NetworkTests.Peer;

namespace Liveness.NetworkTests;

/// <summary>Besides the tests: one end of a connection, for the tests to start, stop and kill.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        switch (args)
        {
            case ["peer", string options]:
                await PeerProgram.RunAsync(PeerOptions.Parse(options));
                return 0;
            default:
                await Console.Error.WriteLineAsync($"The tests are run by: {Prerequisites.Command}");
                return 2;
        }
    }
}
