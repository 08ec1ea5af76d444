using System.ComponentModel;
using System.Diagnostics;

namespace Liveness.NetworkTests.Lab;

/// <summary>Runs the system's own tools, to their end.</summary>
internal static class Shell
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    /// <summary>Runs the lines of a script one by one; the first that fails ends it.</summary>
    /// <returns>What it printed.</returns>
    /// <exception cref="InvalidOperationException">A line failed; the message says what it printed.</exception>
    public static async Task<string> RunAsync(string script)
    {
        ProcessStartInfo start = new("/bin/sh", ["-ec", script]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH") + ":/usr/sbin:/sbin";
        using Process process = Process.Start(start) ?? throw new Win32Exception("There is no /bin/sh.");
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        try
        {
            await process.WaitForExitAsync().WaitAsync(s_patience);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"Exit code {process.ExitCode} of:\n{script}\n{await errors}");
    }
}
