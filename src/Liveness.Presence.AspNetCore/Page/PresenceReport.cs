namespace Liveness.Presence.AspNetCore;

/// <summary>One answer, as page or as JSON.</summary>
/// <param name="Version">Under the same number properties may be added, and none changes or goes.</param>
/// <param name="Title">Of the options.</param>
/// <param name="Application">Its name.</param>
/// <param name="GeneratedAt">By the clock of this process.</param>
/// <param name="Failure">Why the store was not asked to the end; null = it was.</param>
/// <param name="Gateways">All, in ordinal order.</param>
/// <param name="Search">What was looked for.</param>
/// <param name="Devices">What was found.</param>
/// <param name="HasMore">Whether there are more than are listed.</param>
internal sealed record PresenceReport(
    int Version,
    string Title,
    string Application,
    DateTimeOffset GeneratedAt,
    string? Failure,
    IReadOnlyList<ReportedGateway> Gateways,
    string Search,
    IReadOnlyList<ReportedDevice> Devices,
    bool HasMore);
