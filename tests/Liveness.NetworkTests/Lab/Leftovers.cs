using System.Diagnostics;
using System.Globalization;

namespace Liveness.NetworkTests.Lab;

/// <summary>Deletes namespaces, and those that a killed run has left behind. Their names say which process made them.</summary>
internal static class Leftovers
{
    public const string Prefix = "liveness-";

    public static async Task RemoveAsync()
    {
        string[] names = (await Shell.RunAsync("ip netns list")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await DeleteAsync([.. names.Select(name => name.Split(' ')[0]).Where(IsLeftover)]);
    }

    /// <summary>Ends whatever still runs in them, too.</summary>
    public static async Task DeleteAsync(params string[] names)
    {
        foreach (string name in names)
        {
            await Shell.RunAsync($"""
                if ip netns list | grep -q '^{name}\b'; then
                  for process in $(ip netns pids {name}); do
                    kill -KILL $process || true
                  done
                  ip netns delete {name}
                fi
                """);
        }
    }

    private static bool IsLeftover(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal)
        && int.TryParse(name[Prefix.Length..].Split('-')[0], CultureInfo.InvariantCulture, out int maker)
        && maker != Environment.ProcessId
        && !IsAlive(maker);

    private static bool IsAlive(int id)
    {
        try
        {
            using Process process = Process.GetProcessById(id);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
