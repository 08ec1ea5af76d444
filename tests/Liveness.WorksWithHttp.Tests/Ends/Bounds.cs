namespace Liveness.WorksWithHttp.Tests.Ends;

/// <summary>What is promised.</summary>
internal static class Bounds
{
    public static readonly TimeSpan InBand = TimeSpan.FromSeconds(3);

    /// <summary>The least that a kernel can do.</summary>
    public static readonly TimeSpan KernelOnly = TimeSpan.FromSeconds(5);
}
