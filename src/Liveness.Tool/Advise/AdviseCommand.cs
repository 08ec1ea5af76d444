using System.CommandLine;

namespace Liveness.Tool.Advise;

/// <summary>The command line of <c>liveness advise</c>.</summary>
internal static class AdviseCommand
{
    private const string Description = """
        Says which DetectWithin running connections would have needed: the shortest that would have raised no false alarm so far, how often
        one is to be expected at most, and what shorter ones would cost. The processes themselves have counted it, for each name.

        A source is the address of a status page (MapLivenessStatus), or of metrics in the text format of Prometheus; or a file with
        either, or - for standard input. Metrics tell neither the bound in force nor what shorter ones would cost.
        It takes an hour until there is an advice. Watch for a week before you rely on it: nights and week-ends differ.

        exit code: 0 advised, 1 a bound in force is shorter than what was needed, 2 bad arguments, 4 a source can't be read, or is none,
        5 a source has nothing to advise yet, 130 interrupted
        """;

    public static Command Create()
    {
        Argument<string[]> sources = new("source")
        {
            Description = "Such as http://localhost:5480/liveness, http://localhost:9464/metrics, or a file",
            Arity = ArgumentArity.OneOrMore,
        };
        Option<bool> json = new("--json") { Description = "One JSON document" };
        Command command = new("advise", Description) { sources, json };
        command.SetAction((parsed, stop) => new AdviseRun(
            parsed.GetValue(sources)!, parsed.GetValue(json), Console.In, parsed.InvocationConfiguration.Output).RunAsync(stop));
        return command;
    }
}
