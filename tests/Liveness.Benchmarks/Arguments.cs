using System.Globalization;

namespace Liveness.Benchmarks;

/// <summary>The command line: a verb and options.</summary>
internal sealed class Arguments
{
    public const string Usage = """
        usage: dotnet run -c Release --project tests/Liveness.Benchmarks -- <verb> [options]

          compare                    raw NetworkStream, .NET WebSocket and HeartbeatStream over loopback, in one run with interleaved rounds
            --rounds <number>          how often every cell is measured (default 7)
            --seconds <number>         how long each time (default 0.4)
            --warm-up <number>         seconds each way and stack before anything counts (default 1.5)
            --sizes <bytes,...>        sizes of writes (default 64,1024,16384,65536,1048576; none = skip)
            --round-trips <bytes,...>  sizes of round trips (default 1,1024; none = skip)
            --quick                    3 rounds of 0.2 s, warm-up 0.8 s
            --tls                      everything over SslStream
          (on a busy or small machine also run it under "taskset -c 0": a ping within one core takes a fraction of one between two)

          idle                       what idle connections cost at one beat a second; server and client are processes of their own
            --connections <number,...> (default 1000,10000)
            --seconds <number>         how long is watched (default 12)
            --quick                    1000 connections for 5 s

          side                       what it costs to watch idle data connections over one side connection; server and client are processes of their own
            --connections <number>     (default 20000, or as many as this machine allows)
            --seconds <number>         how long is watched (default 10)
            --quick                    5 s

          storm                      when each of many losses is told whose peer was stopped
            --connections <number>     (default 5000)
            --detect <number>          seconds of DetectWithin (default 3)
          storm handlers             what handlers that block for a second each cost connections over TLS that are well
            --connections <number>     with such a handler; their peer is killed (default 500)
            --tls-connections <number> beside them (default 50)
            --detect <number>          seconds of DetectWithin (default 3)
            --seconds <number>         how long is watched (default 60)

          storm log                  what the log says of a storm and of strangers, as it reads with the console logger
            --connections <number>     whose peer is stopped (default 1240; 0 = skip)
            --strangers <number>       who come and do not speak Liveness, and a minute for their summary (default 3000; 0 = skip)
            --detect <number>          seconds of DetectWithin (default 3)

          wheel                      what a beat costs at many connections, without system calls
            --connections <number>     (default 100000)

          micro                      BenchmarkDotNet over codec, wheel and small sets; what follows is passed on (--filter *, --job short, ...)

          --help                     this text
        """;

    private static readonly string[] s_flags = ["--quick", "--tls", "--help", "-h"];

    private readonly Dictionary<string, string> _options = [];

    private Arguments(string verb, string[] rest)
    {
        Verb = verb;
        Rest = rest;
    }

    public string Verb { get; }

    /// <summary>Everything behind the verb, as it came.</summary>
    public string[] Rest { get; }

    public bool Quick => _options.ContainsKey("--quick");

    /// <summary>A word without a value.</summary>
    public bool Has(string word) => _options.ContainsKey(word);

    public bool Tls => _options.ContainsKey("--tls");

    public bool Help => Verb is "" or "--help" or "-h" or "help" || _options.ContainsKey("--help") || _options.ContainsKey("-h");

    /// <exception cref="FormatException">An option lacks its value.</exception>
    public static Arguments Parse(string[] args)
    {
        Arguments arguments = new(args.Length == 0 ? "" : args[0], args.Length == 0 ? [] : args[1..]);
        if (arguments.Verb == "micro")
        {
            return arguments;
        }

        for (int i = 0; i < arguments.Rest.Length; i++)
        {
            string option = arguments.Rest[i];
            bool hasValue = option.StartsWith("--", StringComparison.Ordinal) && !s_flags.Contains(option);
            arguments._options[option] = !hasValue ? ""
                : i + 1 < arguments.Rest.Length ? arguments.Rest[++i]
                : throw new FormatException($"{option} needs a value.");
        }

        return arguments;
    }

    /// <exception cref="FormatException">An option is none of these.</exception>
    public void Allow(params string[] names)
    {
        if (_options.Keys.FirstOrDefault(option => !names.Contains(option)) is { } unknown)
        {
            throw new FormatException($"{Verb} has no option \"{unknown}\".");
        }
    }

    public int Number(string option, int otherwise) =>
        _options.TryGetValue(option, out string? value) ? int.Parse(value, NumberStyles.None, CultureInfo.InvariantCulture) : otherwise;

    public TimeSpan Seconds(string option, double otherwise) => TimeSpan.FromSeconds(
        _options.TryGetValue(option, out string? value) ? double.Parse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture) : otherwise);

    public int[] Numbers(string option, params int[] otherwise) =>
        !_options.TryGetValue(option, out string? value) ? otherwise
        : value == "none" ? []
        : [.. value.Split(',').Select(number => int.Parse(number, NumberStyles.None, CultureInfo.InvariantCulture))];
}
