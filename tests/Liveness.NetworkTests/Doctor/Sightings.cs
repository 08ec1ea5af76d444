using System.Globalization;
using System.Text.Json;
using Liveness.NetworkTests.Lab;

namespace Liveness.NetworkTests.Doctor;

/// <summary>What <c>liveness doctor --json</c> says in one namespace.</summary>
/// <param name="Connections">How many there are.</param>
/// <param name="Found">The process, the port by which the stage knows the connection, and the finding.</param>
/// <param name="Document">All of it, as it was printed.</param>
internal sealed record Sightings(int Connections, IReadOnlyList<(string? Process, int Port, string Kind)> Found, string Document)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);
    private static readonly string s_tool = Path.Combine(AppContext.BaseDirectory, "Liveness.Tool.dll");

    public static async Task<Sightings> LookAsync(string inNamespace, bool atServer, string options = "")
    {
        // Exit code 1 says that there are problems.
        string document = await Shell.RunAsync($"ip netns exec {inNamespace} dotnet {s_tool} doctor --json {options} || [ $? = 1 ]");
        JsonElement root = JsonDocument.Parse(document).RootElement;
        return new Sightings(
            root.GetProperty("connections").GetInt32(),
            [
                .. from socket in root.GetProperty("sockets").EnumerateArray()
                   from finding in socket.GetProperty("findings").EnumerateArray()
                   select (ProcessOf(socket), PortOf(socket, atServer), finding.GetProperty("kind").GetString()!),
            ],
            document);
    }

    /// <summary>Some findings take seconds to become true: whoever reads nothing for a moment is no problem.</summary>
    /// <returns>What is seen when all that is expected is among it, or when patience ends.</returns>
    public static Task<Sightings> LookUntilAsync(string inNamespace, bool atServer, params (string? Process, int Port, string Kind)[] expected) =>
        LookUntilAsync(inNamespace, atServer, seen => !expected.Except(seen.Found).Any());

    public static async Task<Sightings> LookUntilAsync(string inNamespace, bool atServer, Func<Sightings, bool> isEnough)
    {
        using CancellationTokenSource limit = new(s_patience);
        while (true)
        {
            Sightings seen = await LookAsync(inNamespace, atServer);
            if (isEnough(seen) || limit.IsCancellationRequested)
            {
                return seen;
            }

            await Task.Delay(s_pause);
        }
    }

    private static string? ProcessOf(JsonElement socket) => socket.TryGetProperty("process", out JsonElement name) ? name.GetString() : null;

    /// <summary>The client's; of a listener its own.</summary>
    private static int PortOf(JsonElement socket, bool atServer)
    {
        string end = socket.GetProperty(atServer && socket.GetProperty("state").GetString() != "LISTEN" ? "remote" : "local").GetString()!;
        return int.Parse(end[(end.LastIndexOf(':') + 1)..], CultureInfo.InvariantCulture);
    }
}
