namespace Liveness;

/// <summary>A window that is closed.</summary>
/// <param name="All">How many came.</param>
/// <param name="Held">How many of these were not told by a line of their own.</param>
/// <param name="Window">From the first to the last.</param>
internal readonly record struct BurstCount(int All, int Held, TimeSpan Window);
