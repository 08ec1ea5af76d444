namespace Liveness;

/// <summary>The options of <see cref="ILivenessFactory.DrainAsync"/>.</summary>
public sealed class DrainOptions
{
    /// <summary>
    /// The time within which all peers must answer. A connection that is not closed then is cut off, and its peer sees
    /// <see cref="PeerGaveUp"/>.
    /// </summary>
    /// <remarks>
    /// A connection whose close makes no progress for its <see cref="HeartbeatOptions.CloseTimeout"/> (5 s by default) is lost earlier, by
    /// <see cref="CloseTimedOut"/>, and counts in <see cref="DrainResult.Lost"/>.
    /// </remarks>
    /// <value>From zero to one hour; the default is 10 s. Zero means that every connection is cut off at once, after a message to its
    /// peer.</value>
    public TimeSpan Within { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The time that peers are asked to wait before they connect again. They find it in
    /// <see cref="PeerGoingAway.ReconnectAfter"/>.</summary>
    /// <value>From zero to one day, together with <see cref="ReconnectSpread"/>; the default is 1 s. Null means that peers are asked for
    /// nothing.</value>
    public TimeSpan? ReconnectAfter { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The largest random time that is added to <see cref="ReconnectAfter"/> for each peer, so that peers don't all come back at once.
    /// </summary>
    /// <value>From zero to one day; the default is 9 s. Zero means that all peers come back at the same time. It has no effect if
    /// <see cref="ReconnectAfter"/> is null.</value>
    public TimeSpan ReconnectSpread { get; set; } = TimeSpan.FromSeconds(9);

    /// <summary>The text that peers receive, for a person. At most 256 bytes of UTF-8 are sent.</summary>
    /// <value>The default is "the program is shutting down"; null means no text.</value>
    public string? Text { get; set; } = "the program is shutting down";

    /// <summary>
    /// The names whose connections are closed. The owners close the other connections, which then carry the same message.
    /// </summary>
    /// <value>
    /// Null, the default, means all. Leave out a name whose connections close by themselves when their work is done, such as those of an
    /// HTTP server.
    /// </value>
    public IList<string>? Names { get; set; }

    internal DrainOptions Copy() => new()
    {
        Within = Within,
        ReconnectAfter = ReconnectAfter,
        ReconnectSpread = ReconnectSpread,
        Text = Text,
        Names = Names?.ToArray(),
    };
}
