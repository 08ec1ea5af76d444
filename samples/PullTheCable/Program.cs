using CableLab;

namespace PullTheCable;

/// <summary>Shows on one machine what a program learns when the network under its TCP connection dies.</summary>
internal static class Program
{
    private static Task<int> Main(string[] args) =>
        LabProgram.RunAsync(CommandLine.Parse(args), parsed => RunAsync(CommandLine.Read(parsed)));

    private static async Task<int> RunAsync(Arguments arguments)
    {
        if (arguments.IsServer)
        {
            await ServerEnd.RunAsync(arguments);
            return ExitCodes.Right;
        }

        return arguments is { IsReal: true, Cable: null }
            ? await RealRun.RunAsync(arguments.ForClient)
            : await Drill.RunAsync(arguments);
    }
}
