using System.Globalization;

namespace Liveness;

/// <summary>This end closed the connection, and the peer did not confirm it: the close made no progress for
/// <see cref="HeartbeatOptions.CloseTimeout"/>, or was not complete at <see cref="HeartbeatOptions.CloseDeadline"/>. Then the connection
/// was cut off.</summary>
public sealed class CloseTimedOut : ConnectionLoss
{
    internal CloseTimedOut(LossObservation observation, DateTimeOffset detectedAt)
        : base(observation, detectedAt)
    {
        UnconfirmedBytes = observation.UnconfirmedBytes;
    }

    /// <summary>The number of bytes that the peer has not confirmed, as in <see cref="CloseResult.UnconfirmedBytes"/>; 0 means that only
    /// the peer's goodbye was missing.</summary>
    public long UnconfirmedBytes { get; }

    /// <summary>"close_timed_out".</summary>
    public override string ErrorType => "close_timed_out";

    private protected override string Describe()
    {
        string missing = UnconfirmedBytes == 0
            ? "the peer did not answer our goodbye"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"our close got nowhere, {UnconfirmedBytes} byte{(UnconfirmedBytes == 1 ? "" : "s")} not confirmed by the peer");
        return $"{missing}; {LastHeardText}";
    }
}
