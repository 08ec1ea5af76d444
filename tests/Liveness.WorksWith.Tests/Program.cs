using System.Globalization;
using Liveness.WorksWith.Tests.Worker;

namespace Liveness.WorksWith.Tests;

/// <summary>Besides the tests: one client, or the server's half of a bridge, in a network namespace, for the tests to start.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        switch (args)
        {
            case ["worker", string kind, string host, string way, string isBusy]:
                await WorkerProgram.RunAsync(kind, host, Enum.Parse<Way>(way), bool.Parse(isBusy));
                return 0;
            case ["bridge", string host, string port]:
                await BridgeProgram.RunAsync(host, int.Parse(port, CultureInfo.InvariantCulture));
                return 0;
            default:
                await Console.Error.WriteLineAsync("This is started by the tests.");
                return 2;
        }
    }
}
