namespace Liveness;

/// <summary>
/// Every default and limit of <see cref="HeartbeatOptions"/>, in one place: options, validation, docs and tests quote it.
/// </summary>
internal static class HeartbeatDefaults
{
    public static readonly TimeSpan DetectWithin = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan MinDetectWithin = TimeSpan.FromMilliseconds(100);

    /// <summary>Exclusive: "1" in a configuration file binds to one day, and nobody means that.</summary>
    public static readonly TimeSpan DetectWithinLimit = TimeSpan.FromDays(1);

    public static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan MinHandshakeTimeout = TimeSpan.FromMilliseconds(100);
    public static readonly TimeSpan MaxHandshakeTimeout = TimeSpan.FromMinutes(10);

    /// <summary>At most HandshakeTimeout.</summary>
    public static readonly TimeSpan PlainPeerAfter = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan MinPlainPeerAfter = TimeSpan.FromMilliseconds(10);

    /// <summary>The default is the smaller of this and DetectWithin.</summary>
    public static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(5);
    public static readonly TimeSpan CloseDeadline = TimeSpan.FromSeconds(60);
    public static readonly TimeSpan MaxClose = TimeSpan.FromHours(1);

    /// <summary>The default is the larger of this and DetectWithin.</summary>
    public static readonly TimeSpan StalledAfter = TimeSpan.FromSeconds(30);

    public static readonly TimeSpan MinTransmitInterval = TimeSpan.FromMilliseconds(20);

    /// <summary>The default is the smaller of this and the beat interval.</summary>
    public static readonly TimeSpan MinReceiveInterval = TimeSpan.FromMilliseconds(20);
    public static readonly TimeSpan MinInterval = TimeSpan.FromMilliseconds(10);
    public static readonly TimeSpan MaxInterval = TimeSpan.FromHours(1);

    public const int ReceiveWindow = 64 * 1024;

    /// <summary>The default is the larger of this and ReceiveWindow.</summary>
    public const int MaxReceiveWindow = 4 * 1024 * 1024;

    /// <summary>No window becomes smaller, on whatever path.</summary>
    public const int SmallestWindow = 32 * 1024;
    public const int LargestWindow = 64 * 1024 * 1024;

    /// <summary>For a whole process, beyond the first credits.</summary>
    public const long UnreadBudget = 256L * 1024 * 1024;
    public const long MinUnreadBudget = 1024 * 1024;
}
