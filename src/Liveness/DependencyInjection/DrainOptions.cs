namespace Liveness;

/// <summary>How <see cref="ILivenessFactory.DrainAsync"/> takes leave of the peers.</summary>
public sealed class DrainOptions
{
    /// <summary>
    /// So long all peers together have for their answer. What is not closed then is cut off: that peer sees <see cref="PeerGaveUp"/>.
    /// </summary>
    /// <remarks>
    /// A connection whose close does not move on for its <see cref="HeartbeatOptions.CloseTimeout"/> (5 s by default) is lost before, by
    /// <see cref="CloseTimedOut"/>, and counts in <see cref="DrainResult.Lost"/>.
    /// </remarks>
    /// <value>From zero (everything is cut off, each peer with a word) to one hour; 10 s by default.</value>
    public TimeSpan Within { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long peers are asked to wait before they connect again. They find it in
    /// <see cref="PeerGoingAway.ReconnectAfter"/>.</summary>
    /// <value>From zero to one day, together with <see cref="ReconnectSpread"/>; 1 s by default; null = nothing is said of it.</value>
    public TimeSpan? ReconnectAfter { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// By how much, at most, the times differ that peers are given: each is asked to wait for <see cref="ReconnectAfter"/> and a random
    /// part of this, so that they do not all come back at once.
    /// </summary>
    /// <value>From zero (all come back together) to one day; 9 s by default. Without effect where <see cref="ReconnectAfter"/> is
    /// null.</value>
    public TimeSpan ReconnectSpread { get; set; } = TimeSpan.FromSeconds(9);

    /// <summary>What peers are told, for a person; at most 256 bytes of UTF-8 are sent.</summary>
    /// <value>"the program is shutting down" by default; null = nothing.</value>
    public string? Text { get; set; } = "the program is shutting down";

    /// <summary>
    /// The names whose connections are closed; the others are left to their owners, and say the same when those close them.
    /// </summary>
    /// <value>
    /// Null, the default, = all. Leave out a name whose connections close by themselves once their work is done, as those of an HTTP server
    /// do.
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
