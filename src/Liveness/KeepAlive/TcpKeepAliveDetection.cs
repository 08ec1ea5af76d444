namespace Liveness.KeepAlive;

/// <summary>How long at most a dead peer or path goes unnoticed by the kernel, by what the connection is doing.
/// <see cref="Timeout.InfiniteTimeSpan"/> = for ever; null = this platform does not say.</summary>
/// <remarks>
/// The kernel's timers add a little: measured on Linux, 5.12 s for 5 s. A peer whose kernel answers while its process hangs is never found
/// by keepalive.
/// </remarks>
public readonly record struct TcpKeepAliveDetection
{
    /// <summary>Nothing is in flight and the application writes nothing: since the last packet heard.</summary>
    public TimeSpan? Idle { get; init; }

    /// <summary>
    /// As <see cref="Idle"/>, but the application begins to write just before the last probe: since the last packet heard.
    /// </summary>
    public TimeSpan? IdleThenWriting { get; init; }

    /// <summary>Data is in flight: since the first unacknowledged byte was sent. Without a user timeout on Linux this is what its
    /// retransmissions take at a round trip of less than 200 ms, and longer on slower paths (13 to 30 minutes, tcp(7)).</summary>
    public TimeSpan? DataInFlight { get; init; }

    /// <summary>
    /// The peer's kernel answers, its window is closed because its application does not read, and we have data to send: after how long the
    /// connection is ended although the peer lives.
    /// </summary>
    public TimeSpan? ClosedWindow { get; init; }

    /// <summary>
    /// Connecting to an address that does not answer. The settings here are applied after connecting and do not change it.
    /// </summary>
    public TimeSpan? Connecting { get; init; }
}
