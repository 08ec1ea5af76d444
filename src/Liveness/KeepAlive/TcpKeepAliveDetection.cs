namespace Liveness.KeepAlive;

/// <summary>The longest time for which the kernel doesn't notice a dead peer or path, by the activity of the connection.
/// <see cref="Timeout.InfiniteTimeSpan"/> means forever; null means that this platform doesn't tell.</summary>
/// <remarks>
/// The kernel's timers add a little: measured on Linux, 5.12 s for 5 s. A peer whose kernel answers while its process hangs is never found
/// by keepalive.
/// </remarks>
public readonly record struct TcpKeepAliveDetection
{
    /// <summary>The time since the last received packet, if nothing is in flight and the application writes nothing.</summary>
    public TimeSpan? Idle { get; init; }

    /// <summary>
    /// The time since the last received packet, if the application begins to write just before the last probe.
    /// </summary>
    public TimeSpan? IdleThenWriting { get; init; }

    /// <summary>The time since the first unacknowledged byte was sent, if data is in flight. Without a user timeout on Linux this is what
    /// its retransmissions take at a round trip of less than 200 ms, and longer on slower paths (13 to 30 minutes, tcp(7)).</summary>
    public TimeSpan? DataInFlight { get; init; }

    /// <summary>
    /// The time after which the connection is ended although the peer lives, if data is waiting and the peer's window is closed because its
    /// application doesn't read.
    /// </summary>
    public TimeSpan? ClosedWindow { get; init; }

    /// <summary>
    /// The time after which connecting to an address that doesn't answer fails. The keepalive settings are applied after connecting, and
    /// don't change it.
    /// </summary>
    public TimeSpan? Connecting { get; init; }
}
