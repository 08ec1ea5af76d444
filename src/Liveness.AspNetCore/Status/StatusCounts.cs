namespace Liveness.AspNetCore;

/// <summary>Of all live connections, listed or not.</summary>
internal sealed record StatusCounts(int Live, int Alive, int Suspect, int WithConditions, int RecentLosses);
