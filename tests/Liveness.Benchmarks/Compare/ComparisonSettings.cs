namespace Liveness.Benchmarks;

/// <summary>How much is measured.</summary>
internal sealed record ComparisonSettings(int Rounds, TimeSpan Duration, TimeSpan WarmUp, int[] Sizes, int[] RoundTrips, bool Tls)
{
    public static ComparisonSettings From(Arguments arguments)
    {
        arguments.Allow("--rounds", "--seconds", "--warm-up", "--sizes", "--round-trips", "--quick", "--tls");
        bool quick = arguments.Quick;
        ComparisonSettings settings = new(
            arguments.Number("--rounds", quick ? 3 : 7),
            arguments.Seconds("--seconds", quick ? 0.2 : 0.4),
            arguments.Seconds("--warm-up", quick ? 0.8 : 1.5),
            arguments.Numbers("--sizes", 64, 1024, 16 * 1024, 64 * 1024, 1024 * 1024),
            arguments.Numbers("--round-trips", 1, 1024),
            arguments.Tls);
        return settings.Rounds > 0 && settings.Sizes.All(size => size is > 0 and <= 1 << 20) && settings.RoundTrips.All(size => size is > 0 and <= 1 << 16)
            ? settings
            : throw new FormatException("At least one round; sizes of 1 byte to 1 MiB, of round trips to 64 KiB.");
    }
}
