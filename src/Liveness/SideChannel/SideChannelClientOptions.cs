using System.Diagnostics.Metrics;
using System.Net.Security;
using Microsoft.Extensions.Logging;

namespace Liveness.SideChannel;

/// <summary>What the connecting end asks of a side channel.</summary>
/// <remarks>A mutable class, so that configuration can bind it. It is read once, when a client is made. Invalid values are refused there,
/// with an
/// <see cref="ArgumentOutOfRangeException"/> that names property, value, range and cure of every one.</remarks>
public sealed class SideChannelClientOptions
{
    /// <summary>How soon the loss of the peer's host, process or network is reported for every watched connection.</summary>
    /// <value>
    /// At least 100 ms and less than one day; null (the default) = 10 s, or <see cref="LivenessOptions.DetectWithin"/> where it is a part
    /// of that. An idle connection is judged by whole-second kernel probes too: then it takes at least 5 s.
    /// </value>
    /// <remarks>In configuration files write "00:00:30" for 30 seconds: "30" means 30 days.</remarks>
    public TimeSpan? DetectWithin { get; set; }

    internal TimeSpan EffectiveDetectWithin => DetectWithin ?? HeartbeatDefaults.DetectWithin;

    /// <summary>
    /// Proves to each end that the other knows it too. It is never sent, only a proof of it; without TLS nothing protects
    /// what follows.
    /// </summary>
    /// <value>At least 16 bytes of UTF-8; null (the default) = none.</value>
    public string? SharedSecret { get; set; }

    /// <summary>Told by the extension of the same name.</summary>
    internal SslClientAuthenticationOptions? Tls { get; set; }

    /// <summary>Whether watching a socket turns on its kernel keepalive (idle and interval from <see cref="DetectWithin"/>, at least a
    /// second; count 127 and no user timeout, so that it never ends the connection), turned off when the last watching of that socket ends.
    /// It is the one thing that watching changes; no byte of data is added. Linux only: elsewhere the answers can't be seen.</summary>
    /// <remarks>Where the application has turned keepalive on or set a user timeout (TCP_USER_TIMEOUT), before or meanwhile, nothing is
    /// touched, and what it has set meanwhile stays:
    /// own keepalive of which two probes fit into the bound serves as it is, else the witness rests, which is logged once (17). With a user
    /// timeout, Linux would end the connection over our probes.</remarks>
    /// <value>Default true. False: a connection over which no data moves has no witness of its own.</value>
    public bool Witness { get; set; } = true;

    /// <summary>How long connecting, TLS, the protocol's handshake and the proof may take, each.</summary>
    /// <value>100 ms to 10 minutes; default 10 s.</value>
    /// <remarks>Only time in which this process could do its part counts: neither its own pauses, nor spells in which its thread pool was
    /// behind by an eighth of this or more.
    /// Such spells put it off by at most three times its length.</remarks>
    public TimeSpan HandshakeTimeout { get; set; } = SideChannelDefaults.HandshakeTimeout;

    /// <summary>
    /// The first pause before a broken side connection is tried again, doubling up to <see cref="MaxReconnectDelay"/>, each varied by half.
    /// The very first try follows at once.
    /// </summary>
    /// <value>10 ms to 1 hour; default 1 s.</value>
    public TimeSpan ReconnectDelay { get; set; } = SideChannelDefaults.ReconnectDelay;

    /// <summary>The longest pause between two tries.</summary>
    /// <value>At least <see cref="ReconnectDelay"/> and at most 1 hour; default 30 s.</value>
    public TimeSpan MaxReconnectDelay { get; set; } = SideChannelDefaults.MaxReconnectDelay;

    /// <summary>
    /// How long a shared side connection on which nothing is watched any more is kept by a <see cref="SideChannelPool"/>.
    /// </summary>
    /// <value>0 to 24 hours; default 30 s.</value>
    public TimeSpan Linger { get; set; } = SideChannelDefaults.Linger;

    /// <summary>Told by the extension of the same name.</summary>
    internal TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Told by the extension of the same name.</summary>
    internal ILogger? Logger { get; set; }

    /// <summary>
    /// What the watched connections and the side connection are called in metrics (tag <c>liveness.connection.name</c>) and in the log line
    /// of a loss.
    /// </summary>
    /// <value>
    /// 1 to 64 characters without control characters, not beginning or ending with white space; null (the default) = no name and no tag.
    /// </value>
    /// <remarks>
    /// It names a kind of connection, such as "devices": with a name for each connection the metrics would grow without end.
    /// </remarks>
    public string? Name { get; set; }

    /// <summary>Told by the extension of the same name.</summary>
    internal IMeterFactory? MeterFactory { get; set; }

    internal SideChannelClientOptions Copy() => (SideChannelClientOptions)MemberwiseClone();
}
