using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime;
using System.Runtime.InteropServices;

namespace Liveness.Benchmarks;

/// <summary>What numbers depend on besides the code.</summary>
internal static class Machine
{
    public static void Describe(TextWriter writer)
    {
        writer.WriteLine($"- machine: {Processor()}, {Environment.ProcessorCount} cores, {RuntimeInformation.OSArchitecture}; load average {Load()}");
        writer.WriteLine($"- system: {RuntimeInformation.OSDescription}, kernel {Kernel()}");
        writer.WriteLine($"- runtime: {RuntimeInformation.FrameworkDescription}, {(GCSettings.IsServerGC ? "server" : "workstation")} GC");
    }

    /// <exception cref="FormatException">The library was built without optimisation.</exception>
    public static void RefuseUnlessOptimized()
    {
        DebuggableAttribute? how = typeof(HeartbeatStream).Assembly.GetCustomAttribute<DebuggableAttribute>();
        if (how is { IsJITOptimizerDisabled: true })
        {
            throw new FormatException("This is a debug build, whose numbers mean nothing: run it with -c Release.");
        }
    }

    private static string Processor() =>
        Lines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? "unknown processor";

    private static string Kernel() => Lines("/proc/sys/kernel/osrelease").FirstOrDefault() ?? Environment.OSVersion.VersionString;

    private static string Load() => Lines("/proc/loadavg").FirstOrDefault()?.Split(' ') is [string one, ..]
        ? double.Parse(one, CultureInfo.InvariantCulture).ToString("0.0", CultureInfo.InvariantCulture)
        : "unknown";

    private static string[] Lines(string path) => File.Exists(path) ? File.ReadAllLines(path) : [];
}
