namespace Liveness.AspNetCore;

/// <summary>Of all live connections, listed or not; and of the losses that are kept with their evidence.</summary>
internal sealed record StatusCounts(int Live, int Alive, int Suspect, int WithConditions, int RecentLosses);
