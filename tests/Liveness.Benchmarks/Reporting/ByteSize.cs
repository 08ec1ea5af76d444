namespace Liveness.Benchmarks;

/// <summary>Sizes as people write them.</summary>
internal static class ByteSize
{
    public static string Text(long bytes) => bytes switch
    {
        _ when bytes >= 1 << 20 && bytes % (1 << 20) == 0 => $"{bytes >> 20} MiB",
        _ when bytes >= 1 << 10 && bytes % (1 << 10) == 0 => $"{bytes >> 10} KiB",
        _ => $"{bytes} B",
    };
}
