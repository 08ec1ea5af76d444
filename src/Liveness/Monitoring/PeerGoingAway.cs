using System.Globalization;

namespace Liveness;

/// <summary>The peer's message that it closes the connection because it is shutting down, as a server does before a new version is
/// deployed. It is an orderly end and no loss.</summary>
public sealed class PeerGoingAway
{
    /// <summary>Creates an instance. It is public so that you can use it in your own tests.</summary>
    /// <param name="text">The peer's text; empty means none.</param>
    /// <param name="reconnectAfter">The time that the peer asks you to wait before you connect again; null means that it asks for
    /// none.</param>
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
    /// The peer's text for a person: at most 256 bytes of UTF-8, with control characters escaped. It is empty if the peer sent none.
    /// </summary>
    public string Text { get; }

    /// <summary>The time that the peer asks you to wait before you connect again, counted from the end of this connection.</summary>
    /// <value>From zero to one day, in whole milliseconds; null if the peer asks for none. The peer chooses it, so treat it as a
    /// wish.</value>
    public TimeSpan? ReconnectAfter { get; }

    /// <summary>Returns one line in plain words. Don't parse it: its wording may change.</summary>
    public override string ToString()
    {
        string wait = ReconnectAfter is { } after ? string.Create(CultureInfo.InvariantCulture, $", back after {after:g}") : "";
        return Text.Length == 0 ? $"Going away{wait}" : $"Going away{wait}: \"{Text}\"";
    }
}
