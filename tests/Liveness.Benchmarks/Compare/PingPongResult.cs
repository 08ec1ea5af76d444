namespace Liveness.Benchmarks;

/// <summary>How many trips were timed, and what one allocated in both ends together.</summary>
internal readonly record struct PingPongResult(int Trips, double BytesAllocatedPerTrip);
