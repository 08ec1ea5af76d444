namespace Liveness.SideChannel;

/// <summary>Every default and limit of the side channel's options, in one place.</summary>
internal static class SideChannelDefaults
{
    public static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan ReconnectDelay = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan MaxReconnectDelay = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan MinReconnectDelay = TimeSpan.FromMilliseconds(10);
    public static readonly TimeSpan LongestReconnectDelay = TimeSpan.FromHours(1);
    public static readonly TimeSpan Linger = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan MaxLinger = TimeSpan.FromHours(24);

    /// <summary>Waiting times vary by this share, so that many clients do not come back at the same moment.</summary>
    public const double ReconnectJitter = 0.5;

    /// <summary>In bytes of UTF-8: less can be tried out.</summary>
    public const int MinSecret = 16;

    /// <summary>In bytes: shorter ones can be guessed.</summary>
    public const int MinKey = 16;
    public const int MaxKey = 512;

    public const int MaxUnauthenticated = 1_000;
    public const int MaxUnauthenticatedPerAddress = 20;
    public const int MaxWatchesPerPeer = 100_000;
    public const int MaxSideConnections = 10_000;

    /// <summary>No limit on connections may be higher.</summary>
    public const int MostConnections = 1_000_000;

    /// <summary>Nor one on watches.</summary>
    public const int MostWatches = 10_000_000;
}
