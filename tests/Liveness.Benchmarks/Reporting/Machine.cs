using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime;
using System.Runtime.InteropServices;

namespace Liveness.Benchmarks;

/// <summary>What numbers depend on besides the code.</summary>
internal static class Machine
{
    private const int DescriptorsForOthers = 300;

    /// <summary>The congestion control of connections that choose none themselves; null = the system does not say.</summary>
    public static string? DefaultCongestionControl => Lines("/proc/sys/net/ipv4/tcp_congestion_control").FirstOrDefault();

    public static void Describe(TextWriter writer)
    {
        writer.WriteLine($"- machine: {Processor()}, {Environment.ProcessorCount} cores, {RuntimeInformation.OSArchitecture}; load average {Load()}");
        writer.WriteLine($"- system: {RuntimeInformation.OSDescription}, kernel {Kernel()}");
        writer.WriteLine($"- runtime: {Runtime()}");
    }

    /// <param name="congestionControl">Of TCP; null = no TCP is used.</param>
    public static ResultMachine Describe(string? congestionControl) => new(
        Processor(), Environment.ProcessorCount, $"{RuntimeInformation.OSDescription}, kernel {Kernel()}", Runtime(), congestionControl, Load());

    /// <exception cref="FormatException">The library was built without optimisation.</exception>
    public static void RefuseUnlessOptimized()
    {
        DebuggableAttribute? how = typeof(HeartbeatStream).Assembly.GetCustomAttribute<DebuggableAttribute>();
        if (how is { IsJITOptimizerDisabled: true })
        {
            throw new FormatException("This is a debug build, whose numbers mean nothing: run it with -c Release.");
        }
    }

    /// <exception cref="FormatException">A process may not have as many files open.</exception>
    public static void RefuseWithoutDescriptors(int connections)
    {
        if (FitDescriptors(connections) < connections)
        {
            throw new FormatException($"{connections} connections need {connections + DescriptorsForOthers} open files in each process, which is above the hard limit: raise it (ulimit -Hn), or ask for fewer.");
        }
    }

    /// <summary>As many connections as a process may have open here, but no more than asked for.</summary>
    public static int FitDescriptors(int connections)
    {
        // The runtime raises the soft limit to the hard one by itself.
        string? line = Lines("/proc/self/limits").FirstOrDefault(line => line.StartsWith("Max open files", StringComparison.Ordinal));
        string? hard = line?.Split(' ', StringSplitOptions.RemoveEmptyEntries)[4];
        return long.TryParse(hard, NumberStyles.None, CultureInfo.InvariantCulture, out long most) ? (int)Math.Clamp(most - DescriptorsForOthers, 0, connections) : connections;
    }

    private static string Runtime() => $"{RuntimeInformation.FrameworkDescription}, {(GCSettings.IsServerGC ? "server" : "workstation")} GC";

    private static string Processor() =>
        Lines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? "unknown processor";

    private static string Kernel() => Lines("/proc/sys/kernel/osrelease").FirstOrDefault() ?? Environment.OSVersion.VersionString;

    private static string Load() => Lines("/proc/loadavg").FirstOrDefault()?.Split(' ') is [string one, ..]
        ? double.Parse(one, CultureInfo.InvariantCulture).ToString("0.0", CultureInfo.InvariantCulture)
        : "unknown";

    private static string[] Lines(string path) => File.Exists(path) ? File.ReadAllLines(path) : [];
}
