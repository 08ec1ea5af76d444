using System.Globalization;
using System.Net;

namespace CableLab;

/// <summary>
/// A virtual cable (veth) between two network namespaces of this Linux, and the commands of iproute2 that lay, cut and remove it. Pure.
/// </summary>
/// <remarks>Both plugs are made inside the namespaces: the network of the machine itself is never touched.</remarks>
/// <param name="Run">The process that laid it: no two runs meet, and what a dead one left behind is recognised.</param>
public sealed record Cable(int Run)
{
    private const string Prefix = "pull-the-cable-";
    private const string Plug = "cable";

    // Addresses for documentation (RFC 5737), nobody's.
    private const string Client = "192.0.2.1";
    private const string Server = "192.0.2.2";
    private const string Nobody = "192.0.2.99";
    private const int CutTable = 100;

    // Locally administered, so no card has them by itself.
    private const string ClientCard = "02:00:00:00:00:01";
    private const string ServerCard = "02:00:00:00:00:02";
    private const string NobodysCard = "02:00:00:00:00:99";

    public string ClientSpace { get; } = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Run}-client");

    public string ServerSpace { get; } = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Run}-server");

    public static IPAddress ServerAddress { get; } = IPAddress.Parse(Server);

    /// <summary>Lists the namespaces of this machine.</summary>
    public static string List => "netns list";

    /// <summary>In this order.</summary>
    public IReadOnlyList<string> Lay =>
    [
        $"netns add {ClientSpace}",
        $"netns add {ServerSpace}",
        $"-n {ClientSpace} link add {Plug} address {ClientCard} type veth peer name {Plug} address {ServerCard} netns {ServerSpace}",
        .. PlugIn(ClientSpace, Client),
        .. PlugIn(ServerSpace, Server),
        RejoinToServer(ServerAddress),
        ToClient(ClientCard),
    ];

    /// <summary>From now on what the client sends is addressed to a card that nobody has: it leaves, and never arrives.
    /// Its interface stays up, as with a cable that is pulled behind the next switch.</summary>
    public string CutToServer => CutTo(ServerAddress);

    /// <summary>As <see cref="CutToServer"/>, the other way.</summary>
    public string CutToClient => ToClient(NobodysCard);

    /// <summary>
    /// To each end, somebody who knows nothing of the connection answers for the peer's address (its own kernel plays that host): RST at
    /// its next segment.
    /// </summary>
    public IReadOnlyList<string> TakeOver =>
        [$"-n {ClientSpace} addr add {Server}/32 dev lo", $"-n {ServerSpace} addr add {Client}/32 dev lo"];

    /// <summary>With the namespaces goes the cable.</summary>
    /// <param name="listed">What <see cref="List"/> printed.</param>
    /// <param name="lives">Whether there is such a process.</param>
    /// <returns>The commands that remove this run's namespaces, and those that killed runs left behind.</returns>
    public IReadOnlyList<string> Remove(string listed, Func<int, bool> lives) =>
    [
        .. listed.Split('\n')
            .Select(line => line.Split(' ')[0])
            .Where(name => RunOf(name) is { } run && (run == Run || !lives(run)))
            .Select(name => $"netns del {name}"),
    ];

    /// <summary>A further address of the server.</summary>
    public string[] Add(IPAddress address) => [$"-n {ServerSpace} addr add {address}/24 dev {Plug}", RejoinToServer(address)];

    /// <summary>One of the server's addresses, and nothing else: what it sends goes by way of a router that is not there.</summary>
    public string[] CutBothWays(IPAddress address) =>
    [
        CutTo(address),
        $"-n {ServerSpace} neigh replace {Nobody} lladdr {NobodysCard} dev {Plug} nud permanent",
        $"-n {ServerSpace} route replace {Client} via {Nobody} dev {Plug} table {CutTable}",
        $"-n {ServerSpace} rule add from {address} table {CutTable}",
    ];

    /// <summary>Undoes <see cref="CutBothWays"/>.</summary>
    public string[] RejoinBothWays(IPAddress address) =>
        [RejoinToServer(address), $"-n {ServerSpace} rule del from {address} table {CutTable}"];

    private static int? RunOf(string name)
    {
        if (!name.StartsWith(Prefix, StringComparison.Ordinal) || name[Prefix.Length..].Split('-') is not [var run, "client" or "server"])
        {
            return null;
        }

        return int.TryParse(run, NumberStyles.None, CultureInfo.InvariantCulture, out int id) ? id : null;
    }

    private static string[] PlugIn(string space, string address) =>
        [$"-n {space} addr add {address}/24 dev {Plug}", $"-n {space} link set lo up", $"-n {space} link set {Plug} up"];

    private string CutTo(IPAddress address) => ToServer(address, NobodysCard);

    private string RejoinToServer(IPAddress address) => ToServer(address, ServerCard);

    private string ToServer(IPAddress address, string card) =>
        $"-n {ClientSpace} neigh replace {address} lladdr {card} dev {Plug} nud permanent";

    private string ToClient(string card) =>
        $"-n {ServerSpace} neigh replace {Client} lladdr {card} dev {Plug} nud permanent";
}
