namespace Liveness.Kernel;

/// <summary>The defaults of <see cref="SocketWatcherOptions"/>, and what follows from nothing else.</summary>
internal static class SocketWatcherDefaults
{
    /// <summary>Long enough for connections that only lose a middlebox, and on mobile devices one probe in half a minute.</summary>
    public static readonly TimeSpan DetectWithin = TimeSpan.FromSeconds(60);

    /// <summary>How long the peer's window is closed before it is told; half of the kernel's own patience where that is shorter.</summary>
    public static readonly TimeSpan StalledAfter = TimeSpan.FromSeconds(30);
}
