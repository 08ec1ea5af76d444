using System.CommandLine;

namespace Liveness.Tool.Echo;

/// <summary>The command line of <c>liveness echo</c>: this library as a testee, and a partner for whoever writes a peer.</summary>
internal static class EchoCommand
{
    private const string Description = """
        A peer that sends back whatever comes, on this library: a partner for a peer of your own, and the testee of liveness conformance.

        exit code: 0 closed in good order, 1 the connection was lost, 2 bad arguments, 4 can't listen or connect there,
        130 ended by Ctrl+C
        """;

    public static Command Create(TimeProvider timeProvider)
    {
        Option<double> detectWithin = new("--detect-within")
        {
            Description = "T in seconds, 0.1 up to a day",
            HelpName = "seconds",
            DefaultValueFactory = _ => 3,
        };
        detectWithin.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is not (>= 0.1 and < 86_400) and double seconds)
            {
                result.AddError(FormattableString.Invariant(
                    $"--detect-within is {seconds}; allowed are 0.1 up to, and without, 86400 seconds."));
            }
        });
        Argument<int> port = new("port") { Description = "0 to 65535" };
        port.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is (< 0 or > 65_535) and int number)
            {
                result.AddError($"The port is {number}; allowed are 0 to 65535.");
            }
        });
        Argument<string> host = new("host") { Description = "A name or an address" };
        Command listen = new("listen", "Serves whoever connects to this port of 127.0.0.1; port 0 takes a free one") { port };
        listen.SetAction((parsed, stop) => new EchoPeer(parsed.GetValue(detectWithin), parsed.InvocationConfiguration.Output, timeProvider)
            .ListenAsync(parsed.GetValue(port), stop));
        Option<bool> again = new("--again")
        {
            Description = "Connects again, a moment after each end of the connection, until nobody listens there",
        };
        Command connect = new("connect", "Connects to a peer") { host, port, again };
        connect.SetAction((parsed, stop) => new EchoPeer(parsed.GetValue(detectWithin), parsed.InvocationConfiguration.Output, timeProvider)
            .ConnectAsync(parsed.GetRequiredValue(host), parsed.GetValue(port), parsed.GetValue(again), stop));
        Argument<int> dataPort = new("data-port") { Description = "Where it accepts plain connections, and watches them" };
        Command sideListen = new("side-listen", "The server of a side channel, with the secret of the cases") { port, dataPort };
        sideListen.SetAction((parsed, stop) => SidePeer(parsed)
            .ListenAsync(parsed.GetValue(port), parsed.GetValue(dataPort), stop));
        Command sideConnect = new("side-connect", "The client of a side channel, with a connection that it watches") { host, port };
        sideConnect.SetAction((parsed, stop) => SidePeer(parsed)
            .ConnectAsync(parsed.GetRequiredValue(host), parsed.GetValue(port), stop));
        detectWithin.Recursive = true;
        return new Command("echo", Description) { listen, connect, sideListen, sideConnect, detectWithin };

        SideEchoPeer SidePeer(ParseResult parsed) =>
            new(parsed.GetValue(detectWithin), parsed.InvocationConfiguration.Output, timeProvider);
    }
}
