using System.CommandLine;

namespace CableLab;

/// <summary>How every program with a cable begins and ends.</summary>
public static class LabProgram
{
    /// <param name="parsed">Its command line.</param>
    /// <param name="run">What it does where there is nothing wrong with that.</param>
    /// <returns>Its exit code.</returns>
    public static async Task<int> RunAsync(ParseResult parsed, Func<ParseResult, Task<int>> run)
    {
        if (parsed.Errors.Count > 0)
        {
            // What is wrong, and the help behind it.
            await parsed.InvokeAsync(new InvocationConfiguration { Output = Console.Error });
            return ExitCodes.BadArguments;
        }

        if (parsed.Action is not null)
        {
            return await parsed.InvokeAsync();
        }

        try
        {
            return await run(parsed);
        }
        catch (PlatformNotSupportedException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return ExitCodes.CannotDoThis;
        }
    }
}
