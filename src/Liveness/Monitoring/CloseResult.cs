using System.Globalization;

namespace Liveness;

/// <summary>What became of what this end had written when the connection ended. Immutable.</summary>
public sealed class CloseResult
{
    /// <summary>Public so that you can use it in your own tests.</summary>
    /// <param name="outcome">In one word.</param>
    /// <param name="unconfirmedBytes">Of what this end had written, how much the peer has not confirmed; 0 or more.</param>
    /// <param name="loss">What ended the connection; null = it was not lost.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="unconfirmedBytes"/> is negative.</exception>
    public CloseResult(CloseOutcome outcome, long unconfirmedBytes, ConnectionLoss? loss = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(unconfirmedBytes);
        Outcome = outcome;
        UnconfirmedBytes = unconfirmedBytes;
        Loss = loss;
    }

    /// <summary>The peer has confirmed everything that this end had written, and the close itself.</summary>
    public bool IsConfirmed => Outcome == CloseOutcome.Confirmed;

    /// <summary>In one word.</summary>
    public CloseOutcome Outcome { get; }

    /// <summary>
    /// How many bytes, from the last back, were accepted by writes of this end and not confirmed by the peer: some of them may have arrived
    /// all the same.
    /// </summary>
    /// <value>
    /// 0 or more. It can be 0 without <see cref="CloseOutcome.Confirmed"/>: the peer had everything and did not answer the goodbye.
    /// </value>
    public long UnconfirmedBytes { get; }

    /// <summary>The loss that ended the connection before or during the close; null = it was not lost.</summary>
    public ConnectionLoss? Loss { get; }

    /// <summary>What the peer said of its own shutdown; see <see cref="ConnectionMonitor.PeerGoingAway"/>.</summary>
    internal PeerGoingAway? PeerGoingAway { get; init; }

    /// <summary>One line in plain words. Not for parsing: its wording may change.</summary>
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
