using Liveness;

namespace Bridge;

/// <summary>The command line. Pure: what is wrong with it stands in <see cref="Problem"/>.</summary>
internal sealed record Arguments
{
    public const string Usage = """
        usage: Bridge listen <side> connect <side> [--detect-within <duration>]

        Carries every TCP connection that arrives at the one side to the other side. Two bridges, one on each host,
        put heartbeats on the way between them, so that programs that know nothing of it learn at once when it dies:

          here:   Bridge listen 127.0.0.1:6380 connect hb:far-host:7000
          there:  Bridge listen hb:0.0.0.0:7000 connect 127.0.0.1:6379

          <side>                       host:port of plain TCP, or hb:host:port where the other bridge is: exactly one
                                       of the two sides of a bridge has hb:
                                       to listen: an address of this host: 127.0.0.1, 0.0.0.0 (all), [::1], [::] (all);
                                       port 0 takes a free one, and says which
                                       to connect: a name, an IPv4 address, or an IPv6 address in brackets
          --detect-within <duration>   how soon a dead connection to the other bridge must be noticed: 10s (default), 500ms
          --help                       this text

        Each line that it prints is one event: the time, the connection, what became of it. On a loss, both bridges reset
        the connections of their programs at once. Connections that end in good order print nothing.
        Ctrl+C and SIGTERM end it: it stops listening, and resets what is still open.

        exit code: 0 ended by Ctrl+C or SIGTERM, 1 can't listen there, 2 bad arguments
        """;

    /// <summary>What is wrong with the arguments; null where they are sound.</summary>
    public string? Problem { get; private init; }

    /// <summary>Where connections arrive; null only beside a problem or a call for help.</summary>
    public Side? Listen { get; private init; }

    /// <summary>Where they are carried to; null only beside a problem or a call for help.</summary>
    public Side? Connect { get; private init; }

    public TimeSpan DetectWithin { get; private init; } = TimeSpan.FromSeconds(10);

    public bool Help { get; private init; }

    public static Arguments Parse(IReadOnlyList<string> args)
    {
        Arguments arguments = new();
        for (int i = 0; i < args.Count && arguments.Problem is null; i++)
        {
            arguments = args[i] switch
            {
                "--help" or "-h" => arguments with { Help = true },
                "listen" or "connect" or "--detect-within" when i + 1 == args.Count => arguments with { Problem = $"{args[i]} needs a value." },
                "listen" when arguments.Listen is not null => arguments with { Problem = "listen stands there twice: a bridge listens in one place." },
                "connect" when arguments.Connect is not null => arguments with { Problem = "connect stands there twice: a bridge connects to one place." },
                "listen" => arguments.WithListen(args[++i]),
                "connect" => arguments.WithConnect(args[++i]),
                "--detect-within" => arguments.WithDetectWithin(args[++i]),
                _ => arguments with { Problem = $"Unknown word \"{args[i]}\": use listen, connect, --detect-within or --help." },
            };
        }

        return arguments.Help || arguments.Problem is not null ? arguments : arguments with { Problem = arguments.WhatIsMissing() };
    }

    /// <summary>What this bridge asks of the heartbeat.</summary>
    public HeartbeatOptions ToOptions() => new() { DetectWithin = DetectWithin };

    private Arguments WithListen(string text)
    {
        string? problem = Side.Parse(text, out Side side);
        if (problem is null && side.Address is null)
        {
            problem = $"\"{side.Host}\" is no address to listen on: use 127.0.0.1 or [::1] for this host alone, 0.0.0.0 or [::] for everybody.";
        }

        return this with { Listen = side, Problem = problem };
    }

    private Arguments WithConnect(string text)
    {
        string? problem = Side.Parse(text, out Side side);
        if (problem is null && side.Port == 0)
        {
            problem = $"Nothing can be connected to port 0: use 1 to 65535 in \"{text}\".";
        }

        return this with { Connect = side, Problem = problem };
    }

    private Arguments WithDetectWithin(string text) => Duration.TryParse(text, out TimeSpan duration)
        ? this with { DetectWithin = duration }
        : this with { Problem = $"\"{text}\" is no duration: use 5s or 500ms." };

    private string? WhatIsMissing() => (Listen, Connect) switch
    {
        (null, _) => "Where to listen is missing: add listen <side>.",
        (_, null) => "Where to connect to is missing: add connect <side>.",
        ({ HasHeartbeat: false }, { HasHeartbeat: false }) => "Neither side has heartbeats: put hb: before the side where the other bridge is.",
        ({ HasHeartbeat: true }, { HasHeartbeat: true }) => "Both sides have heartbeats: take hb: away from the side where the program is that can't be changed.",
        _ => null,
    };
}
