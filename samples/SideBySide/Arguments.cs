using System.Globalization;
using CableLab;
using Liveness;

namespace SideBySide;

/// <summary>What the command line asks for.</summary>
/// <param name="DetectWithin">Of the side channel.</param>
/// <param name="FaultOfRelay">What happens, as it is without a cable.</param>
/// <param name="Connections">How many data connections.</param>
/// <param name="IsReal">On a virtual cable.</param>
/// <param name="Ports">The role of the server process: on these ports, of the data and of the side connection, with a comma between,
/// where it is started again; 0 = any. Null = it is not the server.</param>
/// <param name="Cable">The role at one end of a cable that is laid already.</param>
internal sealed record Arguments(TimeSpan DetectWithin, Fault FaultOfRelay, int Connections, bool IsReal, string? Ports, Cable? Cable)
{
    public const string AnyPorts = "0,0";
    public const string ConnectionsName = "--connections";
    public const string AsServerName = "--as-server";

    public Fault Fault => IsReal ? FaultOfRelay.OnCable() : FaultOfRelay;

    /// <summary>The bounds of a side channel are those of a heartbeat, and its handshake may take as long as a detection.</summary>
    public static HeartbeatOptions OptionsFor(TimeSpan detectWithin) =>
        new() { DetectWithin = detectWithin, HandshakeTimeout = detectWithin };

    public string[] ForServer(string ports) => [AsServerName, ports, .. WordsFor(Cable)];

    public string[] ForClient(Cable cable) => WordsFor(cable);

    private string[] WordsFor(Cable? cable) =>
        [.. LabOptions.WordsFor(DetectWithin, Fault.Name, cable), ConnectionsName, Connections.ToString(CultureInfo.InvariantCulture)];
}
