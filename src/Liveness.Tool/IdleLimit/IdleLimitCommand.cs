using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;

namespace Liveness.Tool.IdleLimit;

/// <summary>The command line of <c>liveness idle-limit</c>.</summary>
internal static class IdleLimitCommand
{
    public static readonly TimeSpan ShortestMaxIdle = TimeSpan.FromSeconds(2);
    public static readonly TimeSpan LongestMaxIdle = TimeSpan.FromDays(1);

    private static readonly TimeSpan s_usualMaxIdle = TimeSpan.FromMinutes(15);

    private const int FewestConnections = 2;
    private const int MostConnections = 64;

    private const string Description = """
        How long may a connection through this path be idle before a box on the way, such as a NAT or a firewall, forgets it? Makes
        connections of its own to a TCP server, lets each be idle for another time, and probes it then; narrows the limit down to a tenth,
        and says which keepalive settings hold it. Linux only.

        No byte is sent: the probe is that of keepalive, which the server's kernel answers, and its program does not notice. A server that
        accepts connections, says nothing and does not close them is best. Behind a proxy, --send asks the server itself.

        It takes about three times the limit, and where there is none, as long as --max-idle; with fewer than 8
        connections longer. How long at most is said beforehand.

        exit code: 0 no limit up to --max-idle, 1 a limit was found, 2 bad arguments, 3 this system does not tell what is needed,
        4 the server can't be reached, or does not let a connection be idle at all, 5 the server ends idle connections before --max-idle,
        or it could not be narrowed down, 130 interrupted
        """;

    public static Command Create(TimeProvider timeProvider)
    {
        Argument<DnsEndPoint?> server = new("server")
        {
            Description = "A TCP server",
            HelpName = "host:port",
            CustomParser = HostAndPort.Read,
        };
        Option<TimeSpan> maxIdle = new("--max-idle")
        {
            Description = "The longest idle time to try: 2s to 24h. Usually 15min",
            HelpName = "duration",
            DefaultValueFactory = _ => s_usualMaxIdle,
            CustomParser = ReadMaxIdle,
        };
        Option<int> connections = new("--connections")
        {
            Description = "How many at once, 2 to 64. Fewer take more rounds, and see less",
            HelpName = "count",
            DefaultValueFactory = _ => 16,
        };
        connections.Validators.Add(CheckConnections);
        Option<byte[]?> send = new("--send")
        {
            Description = "Says this to the server when connected, and again instead of the probe; the server must answer. "
                + @"\r, \n, \t, \\ and \xNN are understood, as in 'PING\r\n' for Redis",
            HelpName = "text",
            CustomParser = ReadMessage,
        };
        Option<bool> json = new("--json") { Description = "One JSON document on standard output" };
        Command command = new("idle-limit", Description) { server, maxIdle, connections, send, json };
        command.SetAction((parsed, stop) => new IdleLimitJob(
            new IdleLimitRequest(
                parsed.GetRequiredValue(server)!,
                parsed.GetValue(maxIdle),
                parsed.GetValue(connections),
                parsed.GetValue(send) ?? [],
                parsed.GetValue(json)),
            timeProvider,
            parsed.InvocationConfiguration.Output,
            parsed.InvocationConfiguration.Error).RunAsync(stop));
        return command;
    }

    private static TimeSpan ReadMaxIdle(ArgumentResult word)
    {
        string text = word.Tokens[0].Value;
        if (DurationArgument.TryParse(text, out TimeSpan duration) && duration >= ShortestMaxIdle && duration <= LongestMaxIdle)
        {
            return duration;
        }

        word.AddError($"--max-idle is \"{text}\"; allowed are 2s to 24h, such as 90s, 15min or 2h.");
        return default;
    }

    private static void CheckConnections(OptionResult result)
    {
        if (result.GetValueOrDefault<int>() is (< FewestConnections or > MostConnections) and int count)
        {
            result.AddError($"--connections is {count}; allowed are {FewestConnections} to {MostConnections}.");
        }
    }

    private static byte[]? ReadMessage(ArgumentResult word)
    {
        string text = word.Tokens[0].Value;
        if (MessageArgument.TryParse(text, out byte[] message))
        {
            return message;
        }

        word.AddError($"--send is \"{text}\"; allowed are 1 to {MessageArgument.MostBytes} bytes of text, "
            + @"and behind a backslash r, n, t, \ or xNN, as in 'PING\r\n'.");
        return null;
    }
}
