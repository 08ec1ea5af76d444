using System.CommandLine;
using System.Globalization;
using CableLab;

namespace Fleet;

/// <summary>The command line, read by System.CommandLine. Pure.</summary>
internal static class CommandLine
{
    private const string Description = """
        Starts a store, three gateways as processes of their own and their devices. Then it kills a gateway, resets a device, cuts a gateway
        off from the store and deploys one anew, and prints what the view over all of them says and when.

        dotnet run --project samples/Fleet [-- options]

        exit code: 0 the view was right each time, within the bound that is printed, 1 it was not, 2 bad arguments
        """;

    private static readonly Option<string?> s_redis = new("--redis")
    {
        Description = "use this Redis, Valkey or Garnet, in place of a Garnet in this process",
        HelpName = "host:port",
    };

    private static readonly Option<int> s_devices = new("--devices")
    {
        Description = "how many devices, 30 to 3000",
        HelpName = "number",
        DefaultValueFactory = static _ => 300,
        CustomParser = static word => Words.Number(word, "number of devices", "30 to 3000", 30, 3000),
    };

    private static readonly Option<int> s_detectWithin = new("--detect-within")
    {
        Description = "DetectWithin of presence, in seconds, 2 to 60",
        HelpName = "seconds",
        DefaultValueFactory = static _ => 4,
        CustomParser = static word => Words.Number(word, "number of seconds", "2 to 60", 2, 60),
    };

    private static readonly Option<int?> s_page = new("--page")
    {
        Description = "show the page of the fleet on this port, and leave it there until Ctrl+C",
        HelpName = "port",
        CustomParser = static word => Words.Number(word, "port", "1 to 65535", 1, 65535),
    };

    private static readonly Option<string?> s_gateway = new("--as-gateway") { Hidden = true };

    private static readonly Option<string?> s_prefix = new("--prefix") { Hidden = true };

    private static readonly RootCommand s_root = new(Description) { s_redis, s_devices, s_detectWithin, s_page, s_gateway, s_prefix };

    public static ParseResult Parse(IReadOnlyList<string> args) => s_root.Parse(args);

    /// <param name="parsed">Without an error.</param>
    public static Arguments Read(ParseResult parsed) => new(
        parsed.GetValue(s_redis),
        parsed.GetValue(s_devices),
        TimeSpan.FromSeconds(parsed.GetValue(s_detectWithin)),
        parsed.GetValue(s_page),
        parsed.GetValue(s_prefix) ?? $"fleet-{Environment.ProcessId}",
        parsed.GetValue(s_gateway));

    /// <summary>The command line of a gateway of this fleet.</summary>
    /// <param name="fleet">That of the fleet.</param>
    /// <param name="gateway">Its name.</param>
    /// <param name="store">Where it finds the store.</param>
    public static IEnumerable<string> ForGateway(Arguments fleet, string gateway, string store) =>
    [
        s_gateway.Name, gateway,
        s_redis.Name, store,
        s_prefix.Name, fleet.Prefix,
        s_detectWithin.Name, fleet.DetectWithin.TotalSeconds.ToString(CultureInfo.InvariantCulture),
    ];
}
