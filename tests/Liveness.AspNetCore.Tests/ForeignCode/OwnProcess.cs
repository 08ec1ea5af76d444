using System.Diagnostics;

namespace Liveness.AspNetCore.Tests.ForeignCode;

/// <summary>This program, with other arguments.</summary>
internal static class OwnProcess
{
    /// <returns>What it wrote, and how it ended.</returns>
    public static async Task<(string Said, string Complained, int ExitCode)> RunAsync(params string[] arguments)
    {
        string[] all = ["exec", typeof(OwnProcess).Assembly.Location, .. arguments];
        ProcessStartInfo start = new(Environment.ProcessPath!, all) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> saying = process.StandardOutput.ReadToEndAsync();
        Task<string> complaining = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TestServer.Limit);
        return (await saying, await complaining, process.ExitCode);
    }
}
