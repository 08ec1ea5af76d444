namespace Liveness;

/// <summary>New intervals for a running connection.</summary>
/// <param name="Generation">One more than the RATE before; the first has 1.</param>
internal readonly record struct RateFrame(WireIntervals Intervals, uint Generation);
