using System.Globalization;

namespace Liveness.Benchmarks;

/// <summary>What one process spent in a stretch of time, and what it holds at the end of it.</summary>
/// <param name="Seconds">How long the stretch was.</param>
/// <param name="CpuSeconds">Of all its threads.</param>
/// <param name="Collections">Of garbage, all generations.</param>
/// <param name="AllocatedBytes">Managed.</param>
/// <param name="Beats">Sent; 0 where the stack does not count them.</param>
/// <param name="ManagedBytes">That survive a full collection.</param>
/// <param name="WorkingSet">Of the process.</param>
/// <param name="Lost">Connections that have ended.</param>
internal readonly record struct IdleCost(
    double Seconds,
    double CpuSeconds,
    double Collections,
    double AllocatedBytes,
    double Beats,
    double ManagedBytes,
    double WorkingSet,
    double Lost)
{
    public double CpuPerSecond => CpuSeconds / Seconds;

    public double AllocatedPerBeat => Beats == 0 ? double.NaN : AllocatedBytes / Beats;

    public static IdleCost FromLine(string line)
    {
        double[] values = [.. line.Split(' ').Select(value => double.Parse(value, CultureInfo.InvariantCulture))];
        return new IdleCost(values[0], values[1], values[2], values[3], values[4], values[5], values[6], values[7]);
    }

    public string ToLine() => string.Join(' ', new[] { Seconds, CpuSeconds, Collections, AllocatedBytes, Beats, ManagedBytes, WorkingSet, Lost }
        .Select(value => value.ToString("R", CultureInfo.InvariantCulture)));
}
