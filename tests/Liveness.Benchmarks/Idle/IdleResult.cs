namespace Liveness.Benchmarks;

/// <summary>One stack at one number of connections.</summary>
internal readonly record struct IdleResult(string Stack, IdleCost Server, IdleCost Client, double SegmentsPerSecond)
{
    public double CpuPerSecond => Server.CpuPerSecond + Client.CpuPerSecond;
}
