using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Liveness.Benchmarks;

/// <summary>The command line, read by System.CommandLine.</summary>
internal static class BenchmarkCommands
{
    private static readonly Option<string?> s_json = new("--json") { Description = "also write the figures to this file", HelpName = "file" };
    private static readonly Option<bool> s_quick = new("--quick") { Description = "less of everything, to see that it runs" };

    public static RootCommand Create() => new("What the library costs, and how fast it is: over loopback, beside others, in one run.")
    {
        Compare(), Idle(), Side(), Storm(), Wheel(), Micro(), Report(),
        Child(IdleProcess.Verb, IdleProcess.RunAsync),
        Child(SideProcess.Verb, SideProcess.RunAsync),
        Child(StormPeer.Verb, StormPeer.RunAsync),
    };

    private static Command Compare()
    {
        Option<int?> rounds = Number("--rounds", "how often every cell is measured (default 7; quick 3)");
        Option<TimeSpan?> seconds = Seconds("--seconds", "how long each time (default 0.4; quick 0.2)");
        Option<TimeSpan?> warmUp = Seconds("--warm-up", "each way and stack before anything counts (default 1.5; quick 0.8)");
        Option<int[]> sizes = Numbers("--sizes", "of writes, in bytes; none = skip", 64, 1024, 16 * 1024, 64 * 1024, 1024 * 1024);
        Option<int[]> roundTrips = Numbers("--round-trips", "their sizes, in bytes; none = skip", 1, 1024);
        Option<bool> tls = new("--tls") { Description = "everything over SslStream" };
        Option<bool> kestrel = new("--kestrel")
        {
            Description = "the server's end is a connection of Kestrel's: its pipes, bare and behind the heartbeat's middleware",
        };
        const string Description = """
            a bare NetworkStream, .NET's WebSocket and HeartbeatStream over loopback, in one run with interleaved rounds
            On a busy or small machine also run it under "taskset -c 0": a ping within one core takes a fraction of one between two.
            """;
        Command command = new("compare", Description) { rounds, seconds, warmUp, sizes, roundTrips, tls, kestrel, s_quick, s_json };
        command.SetAction((parsed, _) => Comparison.RunAsync(ComparisonSettings.From(
            parsed.GetValue(s_quick),
            parsed.GetValue(rounds),
            parsed.GetValue(seconds),
            parsed.GetValue(warmUp),
            parsed.GetRequiredValue(sizes),
            parsed.GetRequiredValue(roundTrips),
            parsed.GetValue(tls),
            parsed.GetValue(kestrel),
            parsed.GetValue(s_json))));
        return command;
    }

    private static Command Idle()
    {
        Option<int[]> connections = Numbers("--connections", "one run for each (quick 1000)", 1_000, 10_000);
        Option<TimeSpan?> seconds = Seconds("--seconds", "how long is watched (default 12; quick 5)");
        Command command = new("idle", "what idle connections cost at one beat a second; server and client are processes of their own")
        {
            connections, seconds, s_quick, s_json,
        };
        command.SetAction((parsed, _) =>
        {
            bool quick = parsed.GetValue(s_quick);
            int[] counts = quick && parsed.GetResult(connections) is null or { Implicit: true } ? [1_000] : parsed.GetRequiredValue(connections);
            return IdleRun.RunAsync(counts, parsed.GetValue(seconds) ?? TimeSpan.FromSeconds(quick ? 5 : 12), parsed.GetValue(s_json));
        });
        return command;
    }

    private static Command Side()
    {
        Option<int?> connections = Number("--connections", "data connections (default 20000, or as many as this machine allows)");
        Option<TimeSpan?> seconds = Seconds("--seconds", "how long is watched (default 10; quick 5)");
        Command command = new("side", "what it costs to watch idle data connections over one side connection; server and client are processes of their own")
        {
            connections, seconds, s_quick, s_json,
        };
        command.SetAction((parsed, _) => SideRun.RunAsync(
            parsed.GetValue(connections) ?? 20_000,
            parsed.GetValue(seconds) ?? TimeSpan.FromSeconds(parsed.GetValue(s_quick) ? 5 : 10),
            parsed.GetValue(s_json)));
        return command;
    }

    private static Command Storm()
    {
        Option<int?> connections = Number("--connections", "whose peer is stopped (default 5000)");
        Option<TimeSpan?> detect = Seconds("--detect", "DetectWithin (default 3)");
        Option<PoolLoad?> load = new("--load") { Description = "what the application does to the thread pool meanwhile (default: each in turn)" };
        Command command = new("storm", "when each of many losses is told whose peer was stopped")
        {
            connections, detect, load, s_json, StormHandlers(), StormLines(),
        };
        command.SetAction((parsed, _) => StormRun.RunAsync(
            parsed.GetValue(connections) ?? 5_000,
            parsed.GetValue(detect) ?? StormRun.DetectWithin,
            parsed.GetValue(load) is { } one ? [one] : Enum.GetValues<PoolLoad>(),
            parsed.GetValue(s_json)));
        return command;
    }

    private static Command StormHandlers()
    {
        Option<int?> connections = Number("--connections", "with such a handler; their peer is killed (default 500)");
        Option<int?> tlsConnections = Number("--tls-connections", "beside them (default 50)");
        Option<TimeSpan?> detect = Seconds("--detect", "DetectWithin (default 3)");
        Option<TimeSpan?> seconds = Seconds("--seconds", "how long is watched (default 60)");
        Command command = new("handlers", "what handlers that block for a second each cost connections over TLS that are well")
        {
            connections, tlsConnections, detect, seconds, s_json,
        };
        command.SetAction((parsed, _) => StormRun.BlockAsync(
            parsed.GetValue(connections) ?? 500,
            parsed.GetValue(tlsConnections) ?? 50,
            parsed.GetValue(detect) ?? StormRun.DetectWithin,
            parsed.GetValue(seconds) ?? TimeSpan.FromSeconds(60),
            parsed.GetValue(s_json)));
        return command;
    }

    private static Command StormLines()
    {
        Option<int?> connections = Number("--connections", "whose peer is stopped (default 1240; 0 = skip)");
        Option<int?> strangers = Number("--strangers", "who come and do not speak Liveness, and a minute for their summary (default 3000; 0 = skip)");
        Option<TimeSpan?> detect = Seconds("--detect", "DetectWithin (default 3)");
        Command command = new("log", "what the log says of a storm and of strangers, as it reads with the console logger") { connections, strangers, detect };
        command.SetAction((parsed, _) =>
        {
            Machine.Describe(Console.Out);
            return StormLog.RunAsync(
                parsed.GetValue(connections) ?? 1_240, parsed.GetValue(strangers) ?? 3_000, parsed.GetValue(detect) ?? StormRun.DetectWithin);
        });
        return command;
    }

    private static Command Wheel()
    {
        Option<int?> connections = Number("--connections", "in pairs (default 100000)");
        Command command = new("wheel", "what a beat costs at many connections, without system calls") { connections, s_json };
        command.SetAction(parsed => WheelRun.Run(parsed.GetValue(connections) ?? 100_000, parsed.GetValue(s_json)));
        return command;
    }

    private static Command Micro()
    {
        Argument<string[]> rest = new("arguments") { Description = "passed on: --filter *, --job short, ...", Arity = ArgumentArity.ZeroOrMore };
        Command command = new("micro", "BenchmarkDotNet over codec, wheel and small sets") { rest };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(parsed => MicroBenchmarks.Run([.. parsed.GetValue(rest) ?? [], .. parsed.UnmatchedTokens]));
        return command;
    }

    private static Command Report()
    {
        Argument<string[]> files = new("files") { Description = "that --json has written", Arity = ArgumentArity.OneOrMore };
        Option<string> chart = new("--out") { Description = "the chart, as SVG", HelpName = "file", Required = true };
        Option<string?> title = new("--title") { Description = "above it", HelpName = "text" };
        Option<string[]> only = new("--only") { Description = "rows whose name has this in it; more than once = any of them", HelpName = "text" };
        Command command = new("report", "draws the figures of such files") { files, chart, title, only };
        command.SetAction(parsed => ReportRun.Run(
            parsed.GetRequiredValue(files), parsed.GetRequiredValue(chart), parsed.GetValue(title), parsed.GetValue(only) ?? []));
        return command;
    }

    /// <summary>For the processes that this program starts, not for people.</summary>
    private static Command Child(string verb, Func<string[], Task> run)
    {
        Argument<string[]> rest = new("arguments") { Arity = ArgumentArity.ZeroOrMore };
        Command command = new(verb) { rest };
        command.Hidden = true;
        command.SetAction((parsed, _) => run(parsed.GetRequiredValue(rest)));
        return command;
    }

    private static Option<int?> Number(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "number",
        CustomParser = static word => Read(word, "a whole number", static text =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : (int?)null),
    };

    private static Option<TimeSpan?> Seconds(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "seconds",
        CustomParser = static word => Read(word, "a number of seconds", static text =>
            double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds) && seconds < int.MaxValue
                ? TimeSpan.FromSeconds(seconds)
                : (TimeSpan?)null),
    };

    private static Option<int[]> Numbers(string name, string description, params int[] otherwise) => new(name)
    {
        Description = description,
        HelpName = "number,...",
        DefaultValueFactory = _ => otherwise,
        CustomParser = static word =>
        {
            string text = word.Tokens[0].Value;
            List<int> numbers = [];
            foreach (string part in text == "none" ? [] : text.Split(','))
            {
                if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
                {
                    word.AddError($"\"{part}\" is no whole number: use numbers with commas between them, or none.");
                }

                numbers.Add(number);
            }

            return [.. numbers];
        },
    };

    private static T? Read<T>(ArgumentResult word, string what, Func<string, T?> read)
    {
        string text = word.Tokens[0].Value;
        T? value = read(text);
        if (value is null)
        {
            word.AddError($"\"{text}\" is not {what}.");
        }

        return value;
    }
}
