namespace Liveness;

/// <summary>A loss of one of the connections that a factory attached.</summary>
public sealed class RecordedLoss : LossSummary
{
    internal RecordedLoss(LivenessConnection connection, ConnectionLoss loss)
        : base(connection, loss)
    {
        Loss = loss;
    }

    /// <summary>The loss; <see cref="ConnectionLoss.DetectedAt"/> has its time by the wall clock.</summary>
    public ConnectionLoss Loss { get; }
}
