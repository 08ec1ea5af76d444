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
          --seed <number>              the moment of the fault and the sizes of the messages (default 1)
          --quick-start                run the quick start of the README instead
          --help                       this text

        The last line is RESULT fault=... client=<type|none> client_detected=<s|-> server=<type|none> server_detected=<s|-> bound=<s>
        The seconds count from the last byte that the relay delivered to that end; where that end went on hearing its peer
        (cut-out: the client; cut-in: the server), from the last byte delivered to the other end; for reset, from the reset.
        Time in which a process itself could not run, by its own evidence, comes on top of the bound, as promised.

        exit code: 0 the right outcome, 1 a wrong one, 2 bad arguments, 3 this platform can't do the fault
        """;

    /// <summary>What is wrong with the arguments; null where they are sound.</summary>
    public string? Problem { get; private init; }

    public TimeSpan DetectWithin { get; private init; } = TimeSpan.FromSeconds(3);

    public Fault Fault { get; private init; } = Fault.All[0];

    public int Seed { get; private init; } = 1;

    public bool Help { get; private init; }

    public bool QuickStart { get; private init; }

    /// <summary>The hidden role of the child process.</summary>
    public bool IsServer { get; private init; }

    public static Arguments Parse(IReadOnlyList<string> args)
    {
        Arguments arguments = new();
        for (int i = 0; i < args.Count && arguments.Problem is null; i++)
        {
            arguments = args[i] switch
            {
                "--help" or "-h" => arguments with { Help = true },
                "--quick-start" => arguments with { QuickStart = true },
                "--as-server" => arguments with { IsServer = true },
                "--detect-within" or "--fault" or "--seed" when i + 1 == args.Count => arguments with { Problem = $"{args[i]} needs a value." },
                "--detect-within" or "--fault" or "--seed" => arguments.With(args[i], args[++i]),
                _ => arguments with { Problem = $"Unknown option \"{args[i]}\"." },
            };
        }

        return arguments;
    }

    /// <summary>The command line of the server process that belongs to this one.</summary>
    public string[] ForServer() =>
        ["--as-server", "--detect-within", DetectWithin.ToString("c", CultureInfo.InvariantCulture), "--fault", Fault.Name, "--seed", Seed.ToString(CultureInfo.InvariantCulture)];

    /// <summary>What both ends ask of the heartbeat.</summary>
    public HeartbeatOptions ToOptions() => new() { DetectWithin = DetectWithin, StalledAfter = DetectWithin };

    private Arguments With(string option, string value)
    {
        if (option == "--fault")
        {
            return Fault.All.FirstOrDefault(fault => fault.Name == value) is { } fault
                ? this with { Fault = fault }
                : this with { Problem = $"Unknown fault \"{value}\": use one of {string.Join(", ", Fault.All.Select(known => known.Name))}." };
        }

        if (option == "--seed")
        {
            return int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int seed)
                ? this with { Seed = seed }
                : this with { Problem = $"\"{value}\" is no seed: use a whole number." };
        }

        return Duration.TryParse(value, out TimeSpan duration)
            ? this with { DetectWithin = duration }
            : this with { Problem = $"\"{value}\" is no duration: use 3s, 500ms or 00:00:03." };
    }
}
