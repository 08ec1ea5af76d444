namespace Liveness.Presence;

/// <summary>Options that were found valid, and what follows from them.</summary>
/// <param name="Gateway">Null = this process only looks.</param>
/// <param name="DetectWithin">As configured.</param>
/// <param name="Names">Null = all.</param>
/// <param name="KeepLossesFor">As configured.</param>
/// <param name="ForgetGatewayAfter">As configured.</param>
/// <param name="MaxEntriesPerSecond">As configured.</param>
internal sealed record PresenceSettings(
    string? Gateway,
    TimeSpan DetectWithin,
    IReadOnlySet<string>? Names,
    TimeSpan KeepLossesFor,
    TimeSpan ForgetGatewayAfter,
    int MaxEntriesPerSecond)
{
    /// <summary>A lease that nobody renews is over after this time.</summary>
    public TimeSpan Term => DetectWithin * 3 / 5;

    public TimeSpan RenewEvery => Term / 3;

    public TimeSpan Poll => DetectWithin / 5;

    /// <summary>Left for the store to answer a poll.</summary>
    public TimeSpan RoundTrip => DetectWithin - Term - Poll;

    /// <param name="options">Valid.</param>
    public static PresenceSettings Of(PresenceOptions options) => new(
        options.Gateway,
        options.DetectWithin,
        options.Names is { } names ? new HashSet<string>(names, StringComparer.Ordinal) : null,
        options.KeepLossesFor,
        options.ForgetGatewayAfter,
        options.MaxEntriesPerSecond);

    /// <summary>What a change of the configuration can change while this process runs.</summary>
    public PresenceSettings With(PresenceSettings changed) => changed with { Gateway = Gateway, Names = Names };
}
