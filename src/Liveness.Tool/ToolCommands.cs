using System.CommandLine;
using Liveness.Tool.Advise;
using Liveness.Tool.Bridge;
using Liveness.Tool.Conformance;
using Liveness.Tool.Doctor;
using Liveness.Tool.Echo;
using Liveness.Tool.IdleLimit;

namespace Liveness.Tool;

/// <summary>All commands, and what is the same for all of them: where errors go, and which exit code they give.</summary>
internal static class ToolCommands
{
    private const string Description = """
        The command line of Liveness, which tells a program within a promised time that a TCP connection is dead.
        Each command explains itself: liveness doctor --help
        """;

    public static RootCommand Create() => new(Description)
    {
        DoctorCommand.Create(TimeProvider.System),
        IdleLimitCommand.Create(TimeProvider.System),
        ConformanceCommand.Create(TimeProvider.System),
        EchoCommand.Create(TimeProvider.System),
        BridgeCommand.Create(TimeProvider.System),
        AdviseCommand.Create(),
    };

    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter errors)
    {
        ParseResult parsed = Create().Parse(args);
        bool isWrong = parsed.Errors.Count > 0;
        InvocationConfiguration configuration = new()
        {
            // The help behind a mistake is no output.
            Output = isWrong ? errors : output,
            Error = errors,
            EnableDefaultExceptionHandler = false,

            // A bridge that is told to stop waits for connections that are closing: CloseTimeout, and a little.
            ProcessTerminationTimeout = TimeSpan.FromSeconds(10),
        };
        try
        {
            int code = await parsed.InvokeAsync(configuration).ConfigureAwait(false);
            return isWrong ? ExitCodes.BadArguments : code;
        }
        catch (ToolException exception)
        {
            await errors.WriteLineAsync(exception.Message).ConfigureAwait(false);
            return exception.ExitCode;
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Interrupted;
        }
    }
}
