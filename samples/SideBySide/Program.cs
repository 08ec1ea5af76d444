using CableLab;

namespace SideBySide;

/// <summary>Several data connections that nobody touches, and one side connection that vouches for them.</summary>
internal static class Program
{
    private static Task<int> Main(string[] args) =>
        LabProgram.RunAsync(CommandLine.Parse(args), parsed => RunAsync(CommandLine.Read(parsed)));

    private static async Task<int> RunAsync(Arguments arguments)
    {
        if (arguments.Fault.NeedsCable && !arguments.IsReal)
        {
            return await RealRun.RefuseAsync(
                $"{arguments.Fault.Name} needs --real: a relay's kernel would acknowledge for the server that can't be reached.");
        }

        if (arguments.Ports is { } ports)
        {
            await ServerEnd.RunAsync(arguments, ports);
            return ExitCodes.Right;
        }

        return arguments is { IsReal: true, Cable: null }
            ? await RealRun.RunAsync(arguments.ForClient)
            : await Drill.RunAsync(arguments);
    }
}
