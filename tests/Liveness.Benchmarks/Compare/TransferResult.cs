namespace Liveness.Benchmarks;

/// <summary>What one transfer showed.</summary>
/// <param name="MegabytesPerSecond">Of 1,000,000 bytes, up to the last byte read.</param>
/// <param name="Allocated">In the steady part of it.</param>
internal readonly record struct TransferResult(double MegabytesPerSecond, AllocationCount Allocated);
