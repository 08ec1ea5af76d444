using System.CommandLine;
using System.CommandLine.Parsing;

namespace Liveness.Tool.Doctor;

/// <summary>The command line of <c>liveness doctor</c>.</summary>
internal static class DoctorCommand
{
    private const string Description = """
        Looks at every TCP connection of this machine, or of one process, in whatever language it is written, and says in a plain
        sentence each what is wrong: retransmitting in vain, a closed window, a peer that has closed and a process that has not,
        no keepalive. Linux only: the kernel's own list (sock_diag). Nothing is sent, and no socket is touched.

        A problem is wrong now. A risk is not, but a dead peer would be found late, or never.
        Other users' processes are named for root only. The kernel tells only whether the keepalive of an idle connection is on
        and when it looks next, not how it is set; and not while data is on its way.

        exit code: 0 no problem, 1 at least one problem, 2 bad arguments, 3 this system does not list its sockets,
        4 no such process, or it may not be looked at, 5 no problem, but not all that was asked for could be seen, 130 interrupted
        """;

    public static Command Create(TimeProvider timeProvider)
    {
        Argument<string?> target = new("process")
        {
            Description = "A process id, or a program's name. Without it: the whole machine.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Option<TimeSpan?> idleLimit = Duration(
            "--idle-limit",
            "A box on the way forgets a connection after so long without a segment, such as 240s: says which have been idle longer");
        Option<TimeSpan?> watch = Duration(
            "--watch", "Looks again and again, so far apart, until Ctrl+C: prints what comes and what goes. At least 100ms");
        Option<bool> namespaces = new("--all-namespaces") { Description = "Other network namespaces too: those of containers. Needs root" };
        Option<bool> all = new("--all") { Description = "Lists each risk, not only how many of each kind there are" };
        Option<bool> json = new("--json") { Description = "One JSON document (with --watch: a line for each look)" };
        Command command = new("doctor", Description) { target, idleLimit, watch, namespaces, all, json };
        command.SetAction((parsed, stop) => new DoctorRun(
            new DoctorRequest(
                parsed.GetValue(target),
                parsed.GetValue(idleLimit),
                parsed.GetValue(namespaces),
                parsed.GetValue(watch),
                parsed.GetValue(json),
                parsed.GetValue(all)),
            timeProvider,
            parsed.InvocationConfiguration.Output).RunAsync(stop));
        return command;
    }

    private static Option<TimeSpan?> Duration(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "duration",
        CustomParser = Read,
    };

    private static TimeSpan? Read(ArgumentResult word)
    {
        string text = word.Tokens[0].Value;
        if (DurationArgument.TryParse(text, out TimeSpan duration))
        {
            return duration;
        }

        word.AddError($"\"{text}\" is no duration: use 100ms to 30d, such as 500ms, 5s, 10min or 2h.");
        return null;
    }
}
