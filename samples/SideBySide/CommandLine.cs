using System.CommandLine;
using CableLab;

namespace SideBySide;

/// <summary>The command line, read by System.CommandLine. Pure.</summary>
internal static class CommandLine
{
    private const string Description = """
        Watches data connections that nobody touches from the side, and shows what both ends are told when something happens to them.

        dotnet run --project samples/SideBySide [-- options]

        The last line is
          RESULT fault=... client=<type|none> client_detected=<s|-> server=<type|none> server_detected=<s|-> bound=<s> lost=<n>
        The seconds count from the fault to the last of the losses; lost is how many connections the client lost.

        exit code: 0 the right outcome, 1 a wrong one, 2 bad arguments, 3 this platform can't do the fault,
        4 the fault needs --real, or --real lacks something (it says what), 130 --real was interrupted
        """;

    private const string Real = """
        The server has an address for each way, so that either can be cut alone.
        restart: the way of the data connections is cut first, so that no RST of the dead process tells.
        """;

    private static readonly LabOptions s_lab =
        new(Arguments.OptionsFor, [.. Fault.All.Select(Told)], "; idle connections take at least 4 s", Real);

    private static readonly Option<int> s_connections = new(Arguments.ConnectionsName)
    {
        Description = "how many data connections, 1 to 1000; no byte of the library is on them",
        HelpName = "number",
        DefaultValueFactory = static _ => 5,
        CustomParser = static word => Words.Number(word, "number of connections", "1 to 1000", 1, 1000),
    };

    private static readonly Option<string?> s_asServer = new(Arguments.AsServerName) { Hidden = true };

    private static readonly RootCommand s_root =
        new(Description) { s_connections, s_lab.DetectWithin, s_lab.Fault, s_lab.Real, s_asServer, s_lab.OnCable };

    public static ParseResult Parse(IReadOnlyList<string> args) => s_root.Parse(args);

    /// <param name="parsed">Without an error.</param>
    public static Arguments Read(ParseResult parsed)
    {
        string fault = parsed.GetRequiredValue(s_lab.Fault);
        Cable? cable = parsed.GetValue(s_lab.OnCable);
        bool isReal = parsed.GetValue(s_lab.Real) || cable is not null;
        return new Arguments(
            parsed.GetValue(s_lab.DetectWithin),
            Fault.All.First(known => known.Name == fault),
            parsed.GetValue(s_connections),
            isReal,
            parsed.GetValue(s_asServer),
            cable);
    }

    private static (string Name, string Story) Told(Fault fault) =>
        (fault.Name, fault.NeedsCable ? $"{fault.Story} (needs --real)" : fault.Story);
}
