using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Liveness.Tool.Bridge;

/// <summary>The command line of <c>liveness bridge</c>.</summary>
internal static class BridgeCommand
{
    private const string Description = """
        Carries every TCP connection that arrives at the one side to the other side. Two bridges, one on each host,
        put heartbeats on the way between them, so that programs that know nothing of it learn at once when it dies:

          here:   liveness bridge listen 127.0.0.1:6380 connect hb:far-host:7000
          there:  liveness bridge listen hb:0.0.0.0:7000 connect 127.0.0.1:6379

        A <side> is host:port of plain TCP, or hb:host:port where the other bridge is: exactly one of the two sides of a bridge has hb:

        Each line that it prints is one event: the time, the connection, what became of it. On a loss, both bridges reset
        the connections of their programs at once. Connections that end in good order print nothing.
        Ctrl+C and SIGTERM end it: it stops listening, and resets what is still open.

        exit code: 0 ended by Ctrl+C or SIGTERM, 2 bad arguments, 4 can't listen there
        """;

    /// <summary>Far beyond what the library allows, and far below what a <see cref="TimeSpan"/> holds.</summary>
    private const double MostMilliseconds = 1e12;

    public static Command Create(TimeProvider timeProvider)
    {
        Option<Side> listen = new("listen")
        {
            Description = """
                an address of this host: 127.0.0.1, 0.0.0.0 (all), [::1], [::] (all); port 0 takes a free one, and says which
                """,
            HelpName = "side",
            CustomParser = ReadListen,
        };
        Option<Side> connect = new("connect")
        {
            Description = "a name, an IPv4 address, or an IPv6 address in brackets",
            HelpName = "side",
            CustomParser = ReadConnect,
        };
        Option<TimeSpan?> detectWithin = new("--detect-within")
        {
            Description = "how soon a dead connection to the other bridge must be noticed: 10s (default), 500ms",
            HelpName = "duration",
            CustomParser = ReadDuration,
        };
        Command command = new("bridge", Description) { listen, connect, detectWithin };
        command.Validators.Add(result => CheckSides(result, listen, connect));
        command.SetAction((parsed, stop) => new BridgeRun(
            new BridgeRequest(
                parsed.GetRequiredValue(listen),
                parsed.GetRequiredValue(connect),
                parsed.GetValue(detectWithin) ?? BridgeRequest.DefaultDetectWithin),
            timeProvider,
            parsed.InvocationConfiguration.Output).RunAsync(stop));
        return command;
    }

    private static Side ReadListen(ArgumentResult word)
    {
        if (Side.Parse(TextOf(word), out Side side) is { } problem)
        {
            word.AddError(problem);
        }
        else if (side.Address is null)
        {
            word.AddError($"\"{side.Host}\" is no address to listen on: "
                + "use 127.0.0.1 or [::1] for this host alone, 0.0.0.0 or [::] for everybody.");
        }

        return side;
    }

    private static Side ReadConnect(ArgumentResult word)
    {
        string text = TextOf(word);
        if (Side.Parse(text, out Side side) is { } problem)
        {
            word.AddError(problem);
        }
        else if (side.Port == 0)
        {
            word.AddError($"Nothing can be connected to port 0: use 1 to 65535 in \"{text}\".");
        }

        return side;
    }

    /// <summary>A bare number is refused: nobody knows its unit.</summary>
    private static TimeSpan? ReadDuration(ArgumentResult word)
    {
        string text = TextOf(word);
        (string number, double unit) = text switch
        {
            [.. string count, 'm', 's'] => (count, 1),
            [.. string count, 's'] => (count, 1000),
            _ => ("", 0),
        };
        bool isNumber = double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double units);
        if (!isNumber || units * unit is not (>= 0 and <= MostMilliseconds))
        {
            word.AddError($"\"{text}\" is no duration: use 5s or 500ms.");
            return null;
        }

        TimeSpan duration = TimeSpan.FromMilliseconds(units * unit);
        try
        {
            HeartbeatPlan.Create(BridgeRequest.OptionsFor(duration));
        }
        catch (ArgumentOutOfRangeException exception)
        {
            word.AddError(exception.Message);
        }

        return duration;
    }

    private static string TextOf(ArgumentResult word) => word.Tokens[0].Value;

    /// <summary>Both together; what is wrong with one of them is not known yet.</summary>
    private static void CheckSides(CommandResult command, Option<Side> listen, Option<Side> connect)
    {
        string? problem = (HasHeartbeat(command.GetResult(listen)), HasHeartbeat(command.GetResult(connect))) switch
        {
            (null, _) => "Where to listen is missing: add listen <side>.",
            (_, null) => "Where to connect to is missing: add connect <side>.",
            (false, false) =>
                "Neither side has heartbeats: put hb: before the side where the other bridge is.",
            (true, true) =>
                "Both sides have heartbeats: take hb: away from the side where the program is that can't be changed.",
            _ => null,
        };
        if (problem is not null)
        {
            command.AddError(problem);
        }
    }

    /// <returns>Null = there is no such side.</returns>
    private static bool? HasHeartbeat(OptionResult? side) =>
        side?.Tokens is [{ Value: string text }, ..] ? text.StartsWith(Side.Prefix, StringComparison.Ordinal) : null;
}
