namespace Liveness.Benchmarks;

/// <summary>How much is measured.</summary>
internal sealed record ComparisonSettings(int Rounds, TimeSpan Duration, TimeSpan WarmUp, int[] Sizes, int[] RoundTrips, bool Tls, bool Kestrel, string? Json)
{
    /// <exception cref="FormatException">They can't be measured.</exception>
    public static ComparisonSettings From(
        bool quick, int? rounds, TimeSpan? duration, TimeSpan? warmUp, int[] sizes, int[] roundTrips, bool tls, bool kestrel, string? json)
    {
        ComparisonSettings settings = new(
            rounds ?? (quick ? 3 : 7),
            duration ?? TimeSpan.FromSeconds(quick ? 0.2 : 0.4),
            warmUp ?? TimeSpan.FromSeconds(quick ? 0.8 : 1.5),
            sizes,
            roundTrips,
            tls,
            kestrel,
            json);
        return settings.Rounds > 0 && settings.Sizes.All(size => size is > 0 and <= 1 << 20) && settings.RoundTrips.All(size => size is > 0 and <= 1 << 16) && !(tls && kestrel)
            ? settings
            : throw new FormatException("At least one round; sizes of 1 byte to 1 MiB, of round trips to 64 KiB; TLS or Kestrel.");
    }
}
