namespace Liveness.Presence;

/// <summary>The settings of presence. All processes that share a store should have the same, but for <see cref="Gateway"/>.</summary>
/// <remarks>A change of the configuration is validated as a whole. <see cref="DetectWithin"/>, <see cref="KeepLossesFor"/>,
/// <see cref="ForgetGatewayAfter"/> and <see cref="MaxEntriesPerSecond"/> follow it; <see cref="Gateway"/> and <see cref="Names"/> keep
/// their values until the program starts again. An invalid change is logged, and the last good settings stay in force.</remarks>
public sealed class PresenceOptions
{
    /// <summary>
    /// The name of this process in the store, different for each of the processes that share it, and the same after a restart.
    /// </summary>
    /// <value>1 to 64 letters (a to z), digits, dots, hyphens and underscores. The default is the name of the machine. Null means that
    /// this process only looks: it registers nothing and writes nothing.</value>
    public string? Gateway { get; set; } = Environment.MachineName;

    /// <summary>The time within which all see that a gateway has died or is cut off from the store. A lease takes three fifths of it,
    /// a poll of <see cref="IPresence.WatchAsync"/> one fifth, and one fifth is left for the round trip to the store.</summary>
    /// <value>00:00:01 to 00:10:00; the default is 5 s.</value>
    public TimeSpan DetectWithin { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The names of settings whose connections are put into the store. A connection without an own id never is.</summary>
    /// <value>Null, the default, means all. An empty list is an error.</value>
    public IList<string>? Names { get; set; }

    /// <summary>The time after which the last loss of a device is forgotten.</summary>
    /// <value>00:01:00 to 365 days; the default is 7 days.</value>
    public TimeSpan KeepLossesFor { get; set; } = TimeSpan.FromDays(7);

    /// <summary>The time after which a gateway that is silent and doesn't come back is forgotten, with its part of the store.</summary>
    /// <value>00:10:00 to 365 days; the default is one day.</value>
    public TimeSpan ForgetGatewayAfter { get; set; } = TimeSpan.FromDays(1);

    /// <summary>
    /// The number of entries a second that this process writes at most when it writes its part of the store anew, because the store has
    /// lost it.
    /// </summary>
    /// <value>100 to 1,000,000; the default is 10,000.</value>
    public int MaxEntriesPerSecond { get; set; } = 10_000;
}
