using System.Globalization;
using CableLab;
using Liveness;

namespace PullTheCable;

/// <summary>What the command line asks for.</summary>
/// <param name="DetectWithin">The silence that either end allows.</param>
/// <param name="Kind">Of the fault.</param>
/// <param name="Seed">Of the moment of the fault and the sizes of the messages.</param>
/// <param name="IsReal">On a virtual cable, and not through a relay.</param>
/// <param name="IsServer">The role of the server process.</param>
/// <param name="Cable">The role at one end of a cable that is laid already.</param>
internal sealed record Arguments(TimeSpan DetectWithin, FaultKind Kind, int Seed, bool IsReal, bool IsServer, Cable? Cable)
{
    public const string SeedName = "--seed";
    public const string AsServerName = "--as-server";

    /// <summary>What happens, and what each end must say on this network.</summary>
    public Fault Fault => (IsReal ? Fault.AllReal : Fault.All).First(fault => fault.Kind == Kind);

    /// <summary>What an end asks of the heartbeat.</summary>
    public static HeartbeatOptions OptionsFor(TimeSpan detectWithin) => new() { DetectWithin = detectWithin, StalledAfter = detectWithin };

    /// <summary>What both ends ask of the heartbeat.</summary>
    public HeartbeatOptions ToOptions() => OptionsFor(DetectWithin);

    /// <summary>The command line of the server process that belongs to this one.</summary>
    public string[] ForServer() => [AsServerName, .. WordsFor(Cable)];

    /// <summary>The command line of the process that does the work of this one at the client's end of the cable.</summary>
    public string[] ForClient(Cable cable) => WordsFor(cable);

    private string[] WordsFor(Cable? cable) =>
        [.. LabOptions.WordsFor(DetectWithin, Fault.Name, cable), SeedName, Seed.ToString(CultureInfo.InvariantCulture)];
}
