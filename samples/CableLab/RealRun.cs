using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace CableLab;

/// <summary>
/// --real: lays a cable between two network namespaces, runs this program once more at the client's end, and removes the cable whatever
/// happens.
/// </summary>
public static class RealRun
{
    private const int RemovalAttempts = 3;

    /// <summary>The command that runs this program so.</summary>
    public static string HowTo { get; } = $"sudo dotnet run --project samples/{AppDomain.CurrentDomain.FriendlyName} -- --real";

    /// <param name="forClient">The command line of this program at the client's end of the cable.</param>
    public static async Task<int> RunAsync(Func<Cable, string[]> forClient)
    {
        if (Missing(OperatingSystem.IsLinux(), Environment.IsPrivilegedProcess) is { } missing)
        {
            return await RefuseAsync(missing);
        }

        Cable cable = new(Environment.ProcessId);
        using CancellationTokenSource stop = new();
        using PosixSignalRegistration interrupt = StopOn(PosixSignal.SIGINT, stop);
        using PosixSignalRegistration terminate = StopOn(PosixSignal.SIGTERM, stop);
        using PosixSignalRegistration hangUp = StopOn(PosixSignal.SIGHUP, stop);
        using PosixSignalRegistration quit = StopOn(PosixSignal.SIGQUIT, stop);
        try
        {
            if (await RemoveAsync(cable) is { } complaint)
            {
                return await RefuseAsync($"--real can't use network namespaces here: {complaint}");
            }
        }
        catch (Win32Exception)
        {
            return await RefuseAsync($"--real needs the command \"{Ip.Program}\": install iproute2, then {HowTo}");
        }

        try
        {
            return await LayAndRunAsync(cable, forClient, stop.Token);
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Interrupted;
        }
        finally
        {
            if (await RemoveAsync(cable) is { } complaint)
            {
                await Console.Error.WriteLineAsync($"The cable is still there, for the next --real to remove: {complaint}");
            }
        }
    }

    /// <summary>Says why there is no cable, or none is laid.</summary>
    public static async Task<int> RefuseAsync(string problem)
    {
        await Console.Error.WriteLineAsync(problem);
        return ExitCodes.CannotLayCable;
    }

    /// <summary>Pure.</summary>
    /// <returns>What is missing and how to run it; null where nothing is, except perhaps the command.</returns>
    public static string? Missing(bool isLinux, bool isRoot) => (isLinux, isRoot) switch
    {
        (false, _) => "--real needs Linux, root and iproute2, and this is not Linux: "
            + "without --real, a relay plays the cable on every platform.",
        (_, false) => $"--real needs root, for the two network namespaces: {HowTo}",
        _ => null,
    };

    private static async Task<int> LayAndRunAsync(Cable cable, Func<Cable, string[]> forClient, CancellationToken cancellationToken)
    {
        foreach (string command in cable.Lay)
        {
            string? complaint = (await Ip.TryAsync(command)).Complaint;
            cancellationToken.ThrowIfCancellationRequested();
            if (complaint is not null)
            {
                return await RefuseAsync($"--real can't lay its cable here: {complaint}");
            }
        }

        using Process atTheClient = Process.Start(OwnProgram.Start(forClient(cable), cable.ClientSpace))!;
        try
        {
            await atTheClient.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The server ends by itself, with its parent.
            atTheClient.Kill();
            await atTheClient.WaitForExitAsync(CancellationToken.None);
            throw;
        }

        return atTheClient.ExitCode;
    }

    /// <summary>Tries again: another run may be removing the same leftovers, and Ctrl+C hits the command as well.</summary>
    /// <returns>Why something is still there; null where nothing is.</returns>
    private static async Task<string?> RemoveAsync(Cable cable)
    {
        string? complaint = null;
        for (int i = 0; i < RemovalAttempts; i++)
        {
            (string listed, complaint) = await Ip.TryAsync(Cable.List);
            foreach (string command in cable.Remove(listed, process => Directory.Exists($"/proc/{process}")))
            {
                complaint = (await Ip.TryAsync(command)).Complaint ?? complaint;
            }

            if (complaint is null)
            {
                return null;
            }
        }

        return complaint;
    }

    /// <summary>Instead of dying at once.</summary>
    private static PosixSignalRegistration StopOn(PosixSignal signal, CancellationTokenSource stop) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            stop.Cancel();
        });
}
