using System.CommandLine;
using CableLab;

namespace PullTheCable;

/// <summary>The command line, read by System.CommandLine. Pure.</summary>
internal static class CommandLine
{
    private const string Description = """
        Pulls the cable of a TCP connection between two processes, and shows what each end is told of it: when, and why.

        dotnet run --project samples/PullTheCable [-- options]

        The last line is RESULT fault=... client=<type|none> client_detected=<s|-> server=<type|none> server_detected=<s|-> bound=<s>
        The seconds count from the last byte that the relay delivered to that end (--real: that its kernel received); where that end
        went on hearing its peer (cut-out: the client; cut-in: the server), from the last byte delivered to the other end; for reset,
        from the reset.
        Time in which a process itself could not run, by its own evidence, comes on top of the bound, as promised.

        exit code: 0 the right outcome, 1 a wrong one, 2 bad arguments, 3 this platform can't do the fault,
        4 --real lacks something (it says what), 130 --real was interrupted
        """;

    private const string Real = """
        A cut gives the frames of the end that is cut off a destination that nobody has: they leave and never arrive,
        and every interface stays up, as with a cable pulled behind the next switch.
        reset: each end's peer address is answered by a host that does not know the connection.
        The diagnosis, which needs the kernels' evidence, is then checked as well. All is removed at the end.
        """;

    private static readonly LabOptions s_lab =
        new(Arguments.OptionsFor, [.. Fault.All.Select(fault => (fault.Name, fault.Story))], detectWithin: "", Real);

    private static readonly Option<int> s_seed = new(Arguments.SeedName)
    {
        Description = "the moment of the fault and the sizes of the messages",
        HelpName = "number",
        DefaultValueFactory = static _ => 1,
        CustomParser = static word => Words.Number(word, "seed", "a whole number", int.MinValue, int.MaxValue),
    };

    private static readonly Option<bool> s_asServer = new(Arguments.AsServerName) { Hidden = true };

    private static readonly RootCommand s_root =
        new(Description) { s_lab.DetectWithin, s_lab.Fault, s_lab.Real, s_seed, s_asServer, s_lab.OnCable };

    public static ParseResult Parse(IReadOnlyList<string> args) => s_root.Parse(args);

    /// <param name="parsed">Without an error.</param>
    public static Arguments Read(ParseResult parsed)
    {
        string fault = parsed.GetRequiredValue(s_lab.Fault);
        Cable? cable = parsed.GetValue(s_lab.OnCable);
        return new Arguments(
            parsed.GetValue(s_lab.DetectWithin),
            Fault.All.First(known => known.Name == fault).Kind,
            parsed.GetValue(s_seed),
            parsed.GetValue(s_lab.Real) || cable is not null,
            parsed.GetValue(s_asServer),
            cable);
    }
}
