using System.ComponentModel;
using System.Diagnostics;

namespace CableLab;

/// <summary>The command of iproute2.</summary>
public static class Ip
{
    public const string Program = "ip";

    /// <returns>What it printed, and what it complained of; null = it succeeded.</returns>
    /// <exception cref="Win32Exception">There is no such command.</exception>
    public static async Task<(string Printed, string? Complaint)> TryAsync(string command)
    {
        ProcessStartInfo start = new(Program, command.Split(' ')) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> printed = process.StandardOutput.ReadToEndAsync();
        string complaint = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (await printed, process.ExitCode == 0 ? null : $"\"{Program} {command}\" failed: {complaint.Trim()}");
    }

    /// <exception cref="InvalidOperationException">It failed; the message says why.</exception>
    public static async Task RunAsync(string command)
    {
        if ((await TryAsync(command)).Complaint is { } complaint)
        {
            throw new InvalidOperationException(complaint);
        }
    }
}
