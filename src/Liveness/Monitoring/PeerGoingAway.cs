using System.Globalization;

namespace Liveness;

/// <summary>A peer's word that it closes the connection because it is shutting down, as a server does before a new version is deployed. It
/// is an orderly end and no loss.</summary>
public sealed class PeerGoingAway
{
    /// <summary>Public so that you can use it in your own tests.</summary>
    /// <param name="text">What the peer says of it; empty = nothing.</param>
    /// <param name="reconnectAfter">How long the peer asks to be left alone; null = it does not say.</param>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="reconnectAfter"/> is negative.</exception>
    public PeerGoingAway(string text, TimeSpan? reconnectAfter)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfLessThan(reconnectAfter ?? TimeSpan.Zero, TimeSpan.Zero);
        Text = text;
        ReconnectAfter = reconnectAfter;
    }

    /// <summary>
    /// What the peer says of it, for a person; at most 256 bytes of UTF-8 travel, and control characters arrive escaped. Empty = nothing.
    /// </summary>
    public string Text { get; }

    /// <summary>How long the peer asks you to wait before you connect again, counted from the end of this connection.</summary>
    /// <value>From zero to one day, in whole milliseconds; null = it does not say. The peer chooses it: treat it as a wish.</value>
    public TimeSpan? ReconnectAfter { get; }

    /// <summary>One line in plain words. Not for parsing: its wording may change.</summary>
    public override string ToString()
    {
        string wait = ReconnectAfter is { } after ? string.Create(CultureInfo.InvariantCulture, $", back after {after:g}") : "";
        return Text.Length == 0 ? $"Going away{wait}" : $"Going away{wait}: \"{Text}\"";
    }
}
