namespace Liveness.Presence;

/// <summary>What stores decide alike about leases.</summary>
internal static class LeaseRules
{
    private static readonly TimeSpan s_seenEvery = TimeSpan.FromMinutes(1);

    /// <summary>Nobody has the lease: which epoch takes it.</summary>
    /// <param name="request">Of the gateway.</param>
    /// <param name="known">Its registration; null = there is none.</param>
    /// <param name="now">The store's time, in milliseconds.</param>
    public static string EpochToTake(LeaseRequest request, Registration? known, long now)
    {
        // A newer run has had the name meanwhile, and has removed the part of this one: readers would not believe the old epoch.
        bool isOutdated = request.Epoch is not null && known is not null && Epoch.IsNewer(known.Epoch, request.Epoch);
        return request.Epoch is null || isOutdated ? Epoch.After(now, known?.Epoch ?? request.Epoch, request.Suffix) : request.Epoch;
    }

    /// <summary>A registration says when the gateway was last seen, to within a minute: more often would be a write each time.</summary>
    public static bool IsToBeRegistered(Registration? known, string epoch, long now) =>
        known is null || known.Epoch != epoch || Math.Abs(now - known.SeenAt) >= (long)s_seenEvery.TotalMilliseconds;

    /// <summary>A silent gateway that does not come back is forgotten.</summary>
    public static bool IsToBeForgotten(GatewayRow row, long now, TimeSpan after) =>
        row.Lease is null && now - row.Registration.SeenAt > (long)(after + s_seenEvery).TotalMilliseconds;
}
