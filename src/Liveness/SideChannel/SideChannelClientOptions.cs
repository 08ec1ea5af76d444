using System.Diagnostics.Metrics;
using System.Net.Security;
using Microsoft.Extensions.Logging;

namespace Liveness.SideChannel;

/// <summary>The options of the connecting end of a side channel.</summary>
/// <remarks>The class is mutable, so that configuration can bind it. It is read once, when a client is made. Invalid values are refused
/// there, with an <see cref="ArgumentOutOfRangeException"/> that names the property, the value, the range and the cure of each.</remarks>
public sealed class SideChannelClientOptions
{
    /// <summary>The time within which the loss of the peer's host, process or network is reported for every watched connection.</summary>
    /// <value>
    /// At least 100 ms and less than one day. Null, the default, means 10 s, or <see cref="LivenessOptions.DetectWithin"/> where these
    /// options are a part of those. An idle connection is also judged by kernel probes, which count whole seconds; that takes at least 5 s.
    /// </value>
    /// <remarks>In configuration files write "00:00:30" for 30 seconds: "30" means 30 days.</remarks>
    public TimeSpan? DetectWithin { get; set; }

    internal TimeSpan EffectiveDetectWithin => DetectWithin ?? HeartbeatDefaults.DetectWithin;

    /// <summary>
    /// The secret by which the two ends authenticate each other. Only a proof of it is sent, never the secret. Without TLS, nothing
    /// protects the data that follows.
    /// </summary>
    /// <value>At least 16 bytes of UTF-8. Null, the default, means none.</value>
    public string? SharedSecret { get; set; }

    /// <summary>Told by the extension of the same name.</summary>
    internal SslClientAuthenticationOptions? Tls { get; set; }

    /// <summary>Whether watching a socket turns on its kernel keepalive. Idle time and interval follow from <see cref="DetectWithin"/> and
    /// are at least one second; the count is 127 and there is no user timeout, so that keepalive never ends the connection. It is turned
    /// off when the last watching of that socket ends. It is the only change to the socket, and adds no byte of data. It works only on
    /// Linux; other systems don't show the answers.</summary>
    /// <remarks>If the application turns keepalive on or sets a user timeout (TCP_USER_TIMEOUT), before or during the watching, its
    /// settings stay as they are. Its own keepalive is used if two of its probes fit into the bound; otherwise the witness is off, which is
    /// logged once (event 17). With a user timeout, Linux would end the connection because of these probes.</remarks>
    /// <value>The default is true. False means that an idle connection has no witness of its own.</value>
    public bool Witness { get; set; } = true;

    /// <summary>The time that connecting, TLS, the protocol's handshake and the authentication may each take.</summary>
    /// <value>100 ms to 10 minutes; the default is 10 s.</value>
    /// <remarks>Pauses of this process don't count, and neither do periods in which its thread pool was late by an eighth of this time or
    /// more. Such periods extend the timeout by at most three times its length.</remarks>
    public TimeSpan HandshakeTimeout { get; set; } = SideChannelDefaults.HandshakeTimeout;

    /// <summary>
    /// The first pause between two attempts to rebuild a broken side connection. It doubles up to <see cref="MaxReconnectDelay"/>, and each
    /// pause is varied by half. The first attempt follows at once.
    /// </summary>
    /// <value>10 ms to 1 hour; the default is 1 s.</value>
    public TimeSpan ReconnectDelay { get; set; } = SideChannelDefaults.ReconnectDelay;

    /// <summary>The longest pause between two attempts.</summary>
    /// <value>At least <see cref="ReconnectDelay"/> and at most 1 hour; the default is 30 s.</value>
    public TimeSpan MaxReconnectDelay { get; set; } = SideChannelDefaults.MaxReconnectDelay;

    /// <summary>
    /// The time for which a <see cref="SideChannelPool"/> keeps a side connection on which nothing is watched any more.
    /// </summary>
    /// <value>0 to 24 hours; the default is 30 s.</value>
    public TimeSpan Linger { get; set; } = SideChannelDefaults.Linger;

    /// <summary>Told by the extension of the same name.</summary>
    internal TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Told by the extension of the same name.</summary>
    internal ILogger? Logger { get; set; }

    /// <summary>
    /// The name of the watched connections and the side connection in metrics (tag <c>liveness.connection.name</c>) and in the log line of
    /// a loss.
    /// </summary>
    /// <value>
    /// 1 to 64 characters without control characters, and without white space at either end. Null, the default, means no name and no tag.
    /// </value>
    /// <remarks>
    /// The name stands for a kind of connection, such as "devices". With a different name for each connection, the metrics would grow
    /// without limit.
    /// </remarks>
    public string? Name { get; set; }

    /// <summary>Told by the extension of the same name.</summary>
    internal IMeterFactory? MeterFactory { get; set; }

    internal SideChannelClientOptions Copy() => (SideChannelClientOptions)MemberwiseClone();
}
