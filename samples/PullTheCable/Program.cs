using Liveness;

namespace PullTheCable;

/// <summary>Shows on one machine what a program learns when the network under its TCP connection dies.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        Arguments arguments = Arguments.Parse(args);
        if (arguments.Problem is { } problem)
        {
            return await RefuseAsync(problem);
        }

        if (arguments.Help)
        {
            Console.WriteLine(Arguments.Usage);
            return ExitCodes.Right;
        }

        try
        {
            HeartbeatPlan.Create(arguments.ToOptions());
        }
        catch (ArgumentOutOfRangeException exception)
        {
            return await RefuseAsync(exception.Message);
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
        catch (PlatformNotSupportedException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return ExitCodes.CannotDoThis;
        }
    }

    private static async Task<int> RefuseAsync(string problem)
    {
        await Console.Error.WriteLineAsync($"{problem}\n\n{Arguments.Usage}");
        return ExitCodes.BadArguments;
    }
}
