using System.Globalization;
using Liveness.Presence.Tests.Measure;

namespace Liveness.Presence.Tests;

/// <summary>Besides the tests: what presence costs and how fast it is, on a redis-server of its own.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        switch (args)
        {
            case ["scale", var connections]:
                await Scale.RunAsync(Number(connections));
                return 0;
            case ["kill", var runs]:
                return await Kill.RunAsync(Number(runs)) ? 0 : 1;
            case ["cut", var seconds]:
                return await Cut.RunAsync(TimeSpan.FromSeconds(Number(seconds)), isReal: false) ? 0 : 1;
            case ["cut-real", var seconds]:
                return await Cut.RunAsync(TimeSpan.FromSeconds(Number(seconds)), isReal: true) ? 0 : 1;
            case ["empty", var connections]:
                return await Empty.RunAsync(Number(connections)) ? 0 : 1;
            case ["pause"]:
                await Pause.RunAsync();
                return 0;
            case [Kill.Gateway, var name, var store, var prefix, var connections]:
                await Kill.BeGatewayAsync(name, store, prefix, Number(connections));
                return 0;
            default:
                await Console.Error.WriteLineAsync(
                    "Measures presence over a redis-server of its own: scale CONNECTIONS | kill RUNS | cut SECONDS | cut-real SECONDS | empty CONNECTIONS | pause. "
                    + "The tests: dotnet test tests/Liveness.Presence.Tests");
                return 2;
        }
    }

    private static int Number(string word) => int.Parse(word, NumberStyles.None, CultureInfo.InvariantCulture);
}
