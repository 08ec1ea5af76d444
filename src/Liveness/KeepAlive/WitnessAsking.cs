namespace Liveness.KeepAlive;

/// <summary>Whether the kernel asks the peer for a sign of life while a watched connection is idle, and if not, why.</summary>
internal enum WitnessAsking : byte
{
    /// <summary>Nobody has wanted it to.</summary>
    Off,

    /// <summary>By keepalive that was turned on for the watching, and is turned off after it.</summary>
    ForUs,

    /// <summary>
    /// As <see cref="ForUs"/>, but sooner than this watch wants: another one of the same socket wants it so, or has wanted it.
    /// </summary>
    ForUsSooner,

    /// <summary>By the application's own keepalive, which asks often enough.</summary>
    ForTheApplication,

    /// <summary>The application's own keepalive asks too seldom for this bound, and is left as it is.</summary>
    OwnKeepAliveIsSlow,

    /// <summary>
    /// A user timeout is set: with it, Linux would let our probes end a connection that would outlive an outage without them (tcp(7),
    /// TCP_USER_TIMEOUT).
    /// </summary>
    UserTimeoutIsSet,

    /// <summary>The kernel, or a sandbox, refuses one of the options; what was set of the others is put back.</summary>
    Refused,

    /// <summary>The application has set keepalive anew meanwhile: it is the application's from then on.</summary>
    TakenOver,
}
