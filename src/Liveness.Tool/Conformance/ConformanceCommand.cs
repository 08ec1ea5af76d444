using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;

namespace Liveness.Tool.Conformance;

/// <summary>The command line of <c>liveness conformance</c>.</summary>
internal static class ConformanceCommand
{
    private const string SideChapter = "side-channel";

    private const string Description = """
        Checks whether a peer, in whatever language, speaks the wire protocol of Liveness. The peer is a program that sends back whatever
        comes, with a T (DetectWithin) of 1 to 3 s. Either it listens already:

          liveness conformance --peer 127.0.0.1:7000

        or it is started, with PORT and HOST where they belong; one that connects is started anew for each case, unless it connects again
        by itself:

          liveness conformance -- python3 peer.py listen PORT
          liveness conformance -- python3 peer.py connect HOST PORT

        PORT and HOST are replaced as whole arguments, in HOST:PORT, localhost:PORT and tcp://HOST:PORT, and behind the = of an option
        (--port=PORT); not in the program's own name, and not inside other words.

        --chapter side-channel plays the cases of the side channel's page, against a server or a client of it with the shared secret
        "liveness conformance, no secret". DATAPORT is replaced, too: a server accepts plain connections there, and watches them.

          liveness conformance --chapter side-channel -- liveness echo side-listen PORT DATAPORT
          liveness conformance --chapter side-channel -- liveness echo side-connect HOST PORT

        A testee that dies fails the case that it died in, and is started anew for the next one.

        Every case has a number, and a section of PROTOCOL.md. It is OK; NON-STRICT (allowed, but less than the page asks for); FAILED; or
        UNSUPPORTED: the testee ended with exit code 127; or NOT-PLAYED: it was gone. In every case everything that the testee sends is held
        to the rules of the page.

        exit code: 0 nothing failed, 1 at least one case failed or was not played, 2 bad arguments, 4 nothing was played, or a report
        can't be written, 130 interrupted
        """;

    public static Command Create(TimeProvider timeProvider)
    {
        Option<DnsEndPoint?> peer = new("--peer")
        {
            Description = "A testee that listens already",
            HelpName = "host:port",
            CustomParser = HostAndPort.Read,
        };
        Option<string> chapter = new("--chapter")
        {
            Description = "wire, the wire protocol; or side-channel",
            HelpName = "name",
            DefaultValueFactory = _ => "wire",
        };
        chapter.AcceptOnlyFromAmong("wire", SideChapter);
        Option<string?> only = new("--only")
        {
            Description = "Only cases whose number or name contains this, or one of these: a,b",
            HelpName = "text",
        };
        Option<int> atOnce = new("--at-once")
        {
            Description = "How many connections at once, 1 to 32. Fewer make times more exact",
            HelpName = "count",
            DefaultValueFactory = _ => 16,
        };
        atOnce.Validators.Add(CheckAtOnce);
        Option<bool> strict = new("--strict") { Description = "NON-STRICT fails, too" };
        Option<bool> json = new("--json") { Description = "One JSON document on standard output, in place of lines" };
        Option<bool> list = new("--list") { Description = "Lists the cases, with their steps, and plays none" };
        Option<string?> jsonFile = new("--json-file") { Description = "Writes the JSON document here, too", HelpName = "file" };
        Option<string?> html = new("--html") { Description = "Writes a page for a browser here", HelpName = "file" };
        Option<string?> junit = new("--junit") { Description = "Writes what build servers read here", HelpName = "file" };
        Argument<string[]> program = new("testee")
        {
            Description = "Behind --: the program and its arguments",
            Arity = ArgumentArity.ZeroOrMore,
        };
        Command command = new("conformance", Description)
        {
            peer, chapter, only, atOnce, strict, json, list, jsonFile, html, junit, program,
        };
        command.Validators.Add(result => CheckTestee(result, peer, program, list));
        command.SetAction((parsed, stop) => new ConformanceJob(
            new ConformanceRequest(
                parsed.GetValue(peer),
                parsed.GetValue(program) ?? [],
                parsed.GetValue(chapter) == SideChapter,
                parsed.GetValue(only),
                parsed.GetValue(atOnce),
                parsed.GetValue(strict),
                parsed.GetValue(json),
                parsed.GetValue(list),
                parsed.GetValue(jsonFile),
                parsed.GetValue(html),
                parsed.GetValue(junit)),
            timeProvider,
            parsed.InvocationConfiguration.Output).RunAsync(stop));
        return command;
    }

    private static void CheckTestee(CommandResult result, Option<DnsEndPoint?> peer, Argument<string[]> program, Option<bool> list)
    {
        string[] words = result.GetValue(program) ?? [];
        bool hasPeer = result.GetResult(peer) is not null;
        if (result.GetValue(list))
        {
            return;
        }

        if (hasPeer == words.Length > 0)
        {
            result.AddError("Name the testee once: --peer host:port, or -- and a program with its arguments.");
        }
        else if (!hasPeer && !Placeholders.NamesPort(words))
        {
            result.AddError("The testee's arguments say PORT nowhere: it would not know where to listen or to connect to.");
        }
    }

    private static void CheckAtOnce(OptionResult result)
    {
        if (result.GetValueOrDefault<int>() is (< 1 or > 32) and int count)
        {
            result.AddError($"--at-once is {count}; allowed are 1 to 32.");
        }
    }
}
