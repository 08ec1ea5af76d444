using System.Net;

namespace Liveness.Tool.Conformance;

/// <summary>What was asked for on the command line.</summary>
/// <param name="Peer">A testee that runs already; null = <paramref name="Command"/> starts it.</param>
/// <param name="Command">With HOST and PORT where they belong.</param>
/// <param name="IsSideChannel">The chapter of the side channel, in place of the first.</param>
/// <param name="Only">Parts of ids and names of cases, with commas between; null = all.</param>
/// <param name="AtOnce">How many connections at once, at most.</param>
/// <param name="IsStrict">NON-STRICT fails, too.</param>
/// <param name="PrintsJson">On standard output, in place of lines.</param>
/// <param name="Lists">The cases are listed, and not played.</param>
/// <param name="JsonFile">A file for it; null = none.</param>
/// <param name="HtmlFile">A file for it; null = none.</param>
/// <param name="JUnitFile">A file for it; null = none.</param>
internal sealed record ConformanceRequest(
    DnsEndPoint? Peer,
    IReadOnlyList<string> Command,
    bool IsSideChannel,
    string? Only,
    int AtOnce,
    bool IsStrict,
    bool PrintsJson,
    bool Lists,
    string? JsonFile,
    string? HtmlFile,
    string? JUnitFile)
{
    public Chapter Chapter => !IsSideChannel ? Chapter.Heartbeat
        : Placeholders.NamesHost(Command) ? Chapter.SideClient
        : Chapter.SideServer;

    /// <summary>For people.</summary>
    public string Testee => Peer is { } peer ? HostAndPort.Of(peer) : string.Join(' ', Command);
}
