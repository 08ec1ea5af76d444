using System.Globalization;
using Liveness;

namespace PullTheCable;

/// <summary>The command line. Pure: what is wrong with it stands in <see cref="Problem"/>.</summary>
internal sealed record Arguments
{
    public const string Usage = """
        usage: dotnet run --project samples/PullTheCable [-- options]

          --detect-within <duration>   how soon a loss must be reported: 3s (default), 500ms, 00:00:03
          --fault <fault>              what happens to the connection:
                                         cut          the cable is pulled, both ways (default)
                                         cut-out      only client to server is cut
                                         cut-in       only server to client is cut
                                         reset        a reset (RST) arrives at both ends
                                         close        nothing: the client closes in good order
                                         freeze       the server process is stopped, and continued later (not on Windows)
                                         slow-reader  nothing: the server's application does not read for a long time
          --real                       on a real (virtual) cable: two network namespaces of this machine, joined by a veth pair.
                                       Linux with iproute2, as root: sudo dotnet run --project samples/PullTheCable -- --real
                                       A cut gives the frames of the end that is cut off a destination that nobody has: they leave and
                                       never arrive, and every interface stays up, as with a cable pulled behind the next switch.
                                       reset: each end's peer address is answered by a host that does not know the connection.
                                       The diagnosis, which needs the kernels' evidence, is then checked as well. All is removed at the end.
          --seed <number>              the moment of the fault and the sizes of the messages (default 1)
          --help                       this text

        The last line is RESULT fault=... client=<type|none> client_detected=<s|-> server=<type|none> server_detected=<s|-> bound=<s>
        The seconds count from the last byte that the relay delivered to that end (--real: that its kernel received); where that end went on hearing its peer
        (cut-out: the client; cut-in: the server), from the last byte delivered to the other end; for reset, from the reset.
        Time in which a process itself could not run, by its own evidence, comes on top of the bound, as promised.

        exit code: 0 the right outcome, 1 a wrong one, 2 bad arguments, 3 this platform can't do the fault,
        4 --real lacks something (it says what), 130 --real was interrupted
        """;

    /// <summary>What is wrong with the arguments; null where they are sound.</summary>
    public string? Problem { get; private init; }

    public TimeSpan DetectWithin { get; private init; } = TimeSpan.FromSeconds(3);

    /// <summary>What happens, and what each end must say on this network.</summary>
    public Fault Fault => (IsReal ? Fault.AllReal : Fault.All).First(fault => fault.Kind == Kind);

    public int Seed { get; private init; } = 1;

    public bool Help { get; private init; }

    public bool IsReal { get; private init; }

    /// <summary>The hidden role of the server process.</summary>
    public bool IsServer { get; private init; }

    /// <summary>The hidden role at one end of a cable that is laid already.</summary>
    public Cable? Cable { get; private init; }

    private FaultKind Kind { get; init; } = Fault.All[0].Kind;

    public static Arguments Parse(IReadOnlyList<string> args)
    {
        Arguments arguments = new();
        for (int i = 0; i < args.Count && arguments.Problem is null; i++)
        {
            arguments = args[i] switch
            {
                "--help" or "-h" => arguments with { Help = true },
                "--real" => arguments with { IsReal = true },
                "--as-server" => arguments with { IsServer = true },
                "--detect-within" or "--fault" or "--seed" or "--on-cable" when i + 1 == args.Count => arguments with { Problem = $"{args[i]} needs a value." },
                "--detect-within" or "--fault" or "--seed" or "--on-cable" => arguments.With(args[i], args[++i]),
                _ => arguments with { Problem = $"Unknown option \"{args[i]}\"." },
            };
        }

        return arguments;
    }

    /// <summary>The command line of the server process that belongs to this one.</summary>
    public string[] ForServer() =>
        ["--as-server", .. Cable is null ? [] : OnCable(Cable), .. Common()];

    /// <summary>The command line of the process that does the work of this one at the client's end of the cable.</summary>
    public string[] ForClient(Cable cable) => [.. OnCable(cable), .. Common()];

    /// <summary>What both ends ask of the heartbeat.</summary>
    public HeartbeatOptions ToOptions() => new() { DetectWithin = DetectWithin, StalledAfter = DetectWithin };

    private static string[] OnCable(Cable cable) => ["--on-cable", cable.Run.ToString(CultureInfo.InvariantCulture)];

    private string[] Common() =>
        ["--detect-within", DetectWithin.ToString("c", CultureInfo.InvariantCulture), "--fault", Fault.Name, "--seed", Seed.ToString(CultureInfo.InvariantCulture)];

    private Arguments With(string option, string value)
    {
        if (option == "--fault")
        {
            return Fault.All.FirstOrDefault(fault => fault.Name == value) is { } fault
                ? this with { Kind = fault.Kind }
                : this with { Problem = $"Unknown fault \"{value}\": use one of {string.Join(", ", Fault.All.Select(known => known.Name))}." };
        }

        if (option is "--seed" or "--on-cable")
        {
            return int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number)
                ? (option == "--seed" ? this with { Seed = number } : this with { IsReal = true, Cable = new Cable(number) })
                : this with { Problem = $"\"{value}\" is no seed: use a whole number." };
        }

        return Duration.TryParse(value, out TimeSpan duration)
            ? this with { DetectWithin = duration }
            : this with { Problem = $"\"{value}\" is no duration: use 3s, 500ms or 00:00:03." };
    }
}
