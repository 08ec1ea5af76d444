namespace Liveness.Tests.Simulation.Laziness;

/// <summary>Compares what two looked at with one another.</summary>
internal static class LazyLog
{
    /// <returns>Null = the same was said, less than a tick apart.</returns>
    public static string? Difference(List<(int At, string What)> lazy, List<(int At, string What)> eager, TimeSpan tick)
    {
        for (int i = 0; i < Math.Max(lazy.Count, eager.Count); i++)
        {
            string left = i < lazy.Count ? $"{lazy[i].What} at {lazy[i].At} ms" : "nothing more";
            string right = i < eager.Count ? $"{eager[i].What} at {eager[i].At} ms" : "nothing more";
            bool same = i < lazy.Count && i < eager.Count && lazy[i].What == eager[i].What && Math.Abs(lazy[i].At - eager[i].At) < tick.TotalMilliseconds;
            if (!same)
            {
                return $"when asked: {left}; always: {right}";
            }
        }

        return null;
    }
}
