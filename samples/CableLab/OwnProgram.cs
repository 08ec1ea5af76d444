using System.Diagnostics;

namespace CableLab;

/// <summary>This program, to be started once more.</summary>
public static class OwnProgram
{
    /// <param name="arguments">Its command line.</param>
    /// <param name="space">The network namespace where it is to run; null = this process's own.</param>
    /// <exception cref="PlatformNotSupportedException">The platform does not tell which program runs.</exception>
    public static ProcessStartInfo Start(IEnumerable<string> arguments, string? space)
    {
        string program = Environment.ProcessPath
            ?? throw new PlatformNotSupportedException("This platform does not say which program runs, so it can't be started once more.");

        // Under "dotnet program.dll" the process is dotnet, and wants the dll first.
        string[] own = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [Environment.GetCommandLineArgs()[0]] : [];

        // "ip netns exec" becomes the program that it starts: the process id stays.
        return space is null
            ? new ProcessStartInfo(program, [.. own, .. arguments])
            : new ProcessStartInfo(Ip.Program, ["netns", "exec", space, program, .. own, .. arguments]);
    }
}
