using System.Globalization;

namespace Liveness;

/// <summary>How much of what this end had written the peer has confirmed at the end of the connection. Immutable.</summary>
public sealed class CloseResult
{
    /// <summary>Creates an instance. It is public so that you can use it in your own tests.</summary>
    /// <param name="outcome">The outcome in one word.</param>
    /// <param name="unconfirmedBytes">The number of written bytes that the peer has not confirmed; 0 or more.</param>
    /// <param name="loss">The loss that ended the connection; null, the default, means that it was not lost.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="unconfirmedBytes"/> is negative.</exception>
    public CloseResult(CloseOutcome outcome, long unconfirmedBytes, ConnectionLoss? loss = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(unconfirmedBytes);
        Outcome = outcome;
        UnconfirmedBytes = unconfirmedBytes;
        Loss = loss;
    }

    /// <summary>Whether the peer has confirmed everything that this end had written, and the close itself.</summary>
    public bool IsConfirmed => Outcome == CloseOutcome.Confirmed;

    /// <summary>The outcome in one word.</summary>
    public CloseOutcome Outcome { get; }

    /// <summary>
    /// The number of bytes, counted back from the last one, that writes of this end accepted and the peer has not confirmed. Some of them
    /// may have arrived all the same.
    /// </summary>
    /// <value>
    /// 0 or more. It can be 0 without <see cref="CloseOutcome.Confirmed"/>, if the peer has received everything but did not answer the
    /// goodbye.
    /// </value>
    public long UnconfirmedBytes { get; }

    /// <summary>The loss that ended the connection before or during the close; null if it was not lost.</summary>
    public ConnectionLoss? Loss { get; }

    /// <summary>What the peer said of its own shutdown; see <see cref="ConnectionMonitor.PeerGoingAway"/>.</summary>
    internal PeerGoingAway? PeerGoingAway { get; init; }

    /// <summary>Returns one line in plain words. Don't parse it: its wording may change.</summary>
    public override string ToString()
    {
        string bytes = string.Create(
            CultureInfo.InvariantCulture, $"{UnconfirmedBytes} byte{(UnconfirmedBytes == 1 ? "" : "s")} not confirmed");
        return Outcome switch
        {
            CloseOutcome.Confirmed => "Confirmed: the peer has everything",
            CloseOutcome.Aborted => $"Aborted by this end: {bytes}",
            _ => Loss is null ? $"NotConfirmed: {bytes}" : $"NotConfirmed: {bytes}; {Loss}",
        };
    }

    internal bool SaysTheSameAs(CloseResult? other) =>
        other is not null && Outcome == other.Outcome && UnconfirmedBytes == other.UnconfirmedBytes && ReferenceEquals(Loss, other.Loss);
}
