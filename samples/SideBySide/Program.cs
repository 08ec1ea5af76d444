using PullTheCable;

namespace SideBySide;

/// <summary>Several data connections that nobody touches, and one side connection that vouches for them.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        Arguments arguments = Arguments.Parse(args);
        if (arguments.Problem is { } problem)
        {
            return await RefuseAsync($"{problem}\n\n{Arguments.Usage}", ExitCodes.BadArguments);
        }

        if (arguments.Help)
        {
            Console.WriteLine(Arguments.Usage);
            return ExitCodes.Right;
        }

        if (arguments.Fault.NeedsCable && !arguments.IsReal)
        {
            return await RefuseAsync($"{arguments.Fault.Name} needs --real: a relay's kernel would acknowledge for the server that can't be reached.", ExitCodes.CannotLayCable);
        }

        if (arguments.Fault.Name == Fault.Freeze && OperatingSystem.IsWindows())
        {
            return await RefuseAsync("Windows has no SIGSTOP: this fault needs Linux or macOS.", ExitCodes.CannotDoThis);
        }

        if (arguments.IsServer)
        {
            await ServerEnd.RunAsync(arguments);
            return ExitCodes.Right;
        }

        try
        {
            return arguments is { IsReal: true, Cable: null } ? await RealRun.RunAsync(arguments.ForClient) : await Drill.RunAsync(arguments);
        }
        catch (ArgumentOutOfRangeException exception)
        {
            return await RefuseAsync(exception.Message, ExitCodes.BadArguments);
        }
        catch (PlatformNotSupportedException exception)
        {
            return await RefuseAsync(exception.Message, ExitCodes.CannotDoThis);
        }
    }

    private static async Task<int> RefuseAsync(string problem, int exitCode)
    {
        await Console.Error.WriteLineAsync(problem);
        return exitCode;
    }
}
