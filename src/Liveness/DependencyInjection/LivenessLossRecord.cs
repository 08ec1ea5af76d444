namespace Liveness;

/// <summary>A loss of one of the connections that a factory attached.</summary>
public sealed class LivenessLossRecord
{
    internal LivenessLossRecord(LivenessConnection connection, ConnectionLoss loss)
    {
        ConnectionId = connection.Id;
        Name = connection.Name;
        Mode = connection.Mode;
        Description = connection.Description;
        AttachedAt = connection.AttachedAt;
        Loss = loss;
    }

    /// <summary>As <see cref="LivenessConnection.Id"/>.</summary>
    public long ConnectionId { get; }

    /// <summary>As <see cref="LivenessConnection.Name"/>.</summary>
    public string Name { get; }

    /// <summary>As <see cref="LivenessConnection.Mode"/>.</summary>
    public LivenessMode Mode { get; }

    /// <summary>As <see cref="LivenessConnection.Description"/>.</summary>
    public string Description { get; }

    /// <summary>As <see cref="LivenessConnection.AttachedAt"/>.</summary>
    public DateTimeOffset AttachedAt { get; }

    /// <summary>The loss; <see cref="ConnectionLoss.DetectedAt"/> says when.</summary>
    public ConnectionLoss Loss { get; }
}
