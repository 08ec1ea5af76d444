using System.Globalization;
using PullTheCable;

namespace SideBySide;

/// <summary>The command line. Pure: what is wrong with it stands in <see cref="Problem"/>.</summary>
internal sealed record Arguments
{
    public const string Usage = """
        usage: dotnet run --project samples/SideBySide [-- options]

          --connections <number>       how many data connections, 1 to 1000 (default 5); no byte of the library is on them
          --detect-within <duration>   how soon a loss must be reported: 3s (default), 500ms, 00:00:03; idle connections take at least 4 s
          --fault <fault>              what happens:
                                         side-cut     only the side connection is cut, and later rejoined: nothing is lost (default)
                                         cut          the cable is pulled: all is lost (needs --real)
                                         data-cut     only the data connections' way is cut: all are lost (needs --real)
                                         restart      the server process is killed and started again on the same ports
                                         freeze       the server process is stopped, and continued later (not on Windows)
                                         close        nothing: the client closes in good order
          --real                       on a real (virtual) cable between two network namespaces of this machine: Linux with iproute2, as root.
                                       The server has an address for each way, so that either can be cut alone.
                                       restart: the way of the data connections is cut first, so that no RST of the dead process tells.
          --help                       this text

        The last line is RESULT fault=... client=<type|none> client_detected=<s|-> server=<type|none> server_detected=<s|-> bound=<s> lost=<n>
        The seconds count from the fault to the last of the losses; lost is how many connections the client lost.

        exit code: 0 the right outcome, 1 a wrong one, 2 bad arguments, 3 this platform can't do the fault,
        4 the fault needs --real, or --real lacks something (it says what), 130 --real was interrupted
        """;

    /// <summary>What is wrong with the arguments; null where they are sound.</summary>
    public string? Problem { get; private init; }

    public TimeSpan DetectWithin { get; private init; } = TimeSpan.FromSeconds(3);

    public int Connections { get; private init; } = 5;

    public bool IsReal { get; private init; }

    public bool Help { get; private init; }

    /// <summary>The hidden role of the server process.</summary>
    public bool IsServer { get; private init; }

    /// <summary>Of a server that is started again: those of the data and of the side connection, with a comma between; 0 = any.</summary>
    public string Ports { get; private init; } = "0,0";

    /// <summary>The hidden role at one end of a cable that is laid already.</summary>
    public Cable? Cable { get; private init; }

    public Fault Fault => IsReal ? FaultOfRelay.OnCable() : FaultOfRelay;

    private Fault FaultOfRelay { get; init; } = Fault.All[0];

    public static Arguments Parse(IReadOnlyList<string> args)
    {
        Arguments arguments = new();
        for (int i = 0; i < args.Count && arguments.Problem is null; i++)
        {
            arguments = args[i] switch
            {
                "--help" or "-h" => arguments with { Help = true },
                "--real" => arguments with { IsReal = true },
                "--connections" or "--detect-within" or "--fault" or "--as-server" or "--on-cable" when i + 1 == args.Count => arguments with { Problem = $"{args[i]} needs a value." },
                "--connections" or "--detect-within" or "--fault" or "--as-server" or "--on-cable" => arguments.With(args[i], args[++i]),
                _ => arguments with { Problem = $"Unknown option \"{args[i]}\"." },
            };
        }

        return arguments;
    }

    public string[] ForServer(string ports) => ["--as-server", ports, .. Cable is null ? [] : OnCable(Cable), .. Common()];

    public string[] ForClient(Cable cable) => [.. OnCable(cable), .. Common()];

    private static string[] OnCable(Cable cable) => ["--on-cable", cable.Run.ToString(CultureInfo.InvariantCulture)];

    private string[] Common() =>
        ["--detect-within", DetectWithin.ToString("c", CultureInfo.InvariantCulture), "--fault", Fault.Name, "--connections", Connections.ToString(CultureInfo.InvariantCulture)];

    private Arguments With(string option, string value)
    {
        switch (option)
        {
            case "--fault":
                return Fault.All.FirstOrDefault(fault => fault.Name == value) is { } fault
                    ? this with { FaultOfRelay = fault }
                    : this with { Problem = $"Unknown fault \"{value}\": use one of {string.Join(", ", Fault.All.Select(known => known.Name))}." };
            case "--detect-within":
                return Duration.TryParse(value, out TimeSpan duration)
                    ? this with { DetectWithin = duration }
                    : this with { Problem = $"\"{value}\" is no duration: use 3s, 500ms or 00:00:03." };
            case "--as-server":
                return this with { IsServer = true, Ports = value };
            default:
                bool isNumber = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number);
                return option == "--on-cable" && isNumber ? this with { IsReal = true, Cable = new Cable(number) }
                    : isNumber && number is >= 1 and <= 1000 ? this with { Connections = number }
                    : this with { Problem = $"\"{value}\" is no number of connections: use 1 to 1000." };
        }
    }
}
