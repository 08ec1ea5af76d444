namespace Liveness.Tests.InBand;

/// <summary>Sizes and choices of a random mix.</summary>
internal sealed class IntegrityDice(int seed)
{
    private const int Largest = 300 * 1024;

    private readonly Random _random = new(seed);

    /// <summary>Half of them up to 64 bytes, one in ten above 32 KiB.</summary>
    public int Size(long most) => (int)Math.Min(most, _random.Next(20) switch
    {
        < 10 => _random.Next(1, 65),
        < 15 => _random.Next(65, 4097),
        < 18 => _random.Next(4097, 32_769),
        _ => _random.Next(32_769, Largest + 1),
    });

    public int Next(int limit) => _random.Next(limit);

    public bool OneIn(int count) => _random.Next(count) == 0;

    /// <summary>Runs what blocks on a thread of its own, so that it takes none of the pool, which others wait for.</summary>
    public static Task OnThread(Action run) => KeptThreads.Run(run);
}
