namespace Liveness.KeepAlive;

/// <summary>One of the five things that TCP keepalive consists of.</summary>
public enum TcpKeepAliveSetting
{
    /// <summary>Whether the kernel probes at all (SO_KEEPALIVE).</summary>
    Enabled = 0,

    /// <summary>How long a connection is silent before the first probe.</summary>
    Idle = 1,

    /// <summary>The time between probes that are not answered.</summary>
    Interval = 2,

    /// <summary>How many probes go unanswered before the kernel ends the connection.</summary>
    ProbeCount = 3,

    /// <summary>How long sent data may stay unacknowledged.</summary>
    UserTimeout = 4,
}
