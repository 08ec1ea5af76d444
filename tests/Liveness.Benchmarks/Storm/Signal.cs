using System.Diagnostics;

namespace Liveness.Benchmarks;

/// <summary>Stops, continues and kills another process, as "kill" does.</summary>
internal static class Signal
{
    public static async Task SendAsync(string signal, string process)
    {
        using Process kill = Process.Start("kill", [signal, process]);
        await kill.WaitForExitAsync();
    }
}
