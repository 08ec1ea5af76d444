namespace Liveness;

/// <summary>A loss of one of the connections that a factory attached.</summary>
public sealed class RecordedLoss
{
    private readonly TimeProvider _timeProvider;
    private readonly Instant _lost;

    internal RecordedLoss(LivenessConnection connection, ConnectionLoss loss)
    {
        ConnectionId = connection.Id;
        Name = connection.Name;
        Mode = connection.Mode;
        Description = connection.Description;
        OwnId = connection.OwnId;
        AttachedAt = connection.AttachedAt;
        Loss = loss;
        _timeProvider = connection.TimeProvider;
        _lost = Instant.Now(_timeProvider);
        Lasted = connection.Age;
    }

    /// <summary>As <see cref="LivenessConnection.Id"/>.</summary>
    public long ConnectionId { get; }

    /// <summary>As <see cref="LivenessConnection.Name"/>.</summary>
    public string Name { get; }

    /// <summary>As <see cref="LivenessConnection.Mode"/>.</summary>
    public LivenessMode Mode { get; }

    /// <summary>As <see cref="LivenessConnection.Description"/>.</summary>
    public string Description { get; }

    /// <summary>As <see cref="LivenessConnection.OwnId"/> was at the loss; null = it had none.</summary>
    public string? OwnId { get; }

    /// <summary>As <see cref="LivenessConnection.AttachedAt"/>.</summary>
    public DateTimeOffset AttachedAt { get; }

    /// <summary>How long ago the loss was, by a clock that nobody sets.</summary>
    public TimeSpan Age => Instant.Now(_timeProvider) - _lost;

    /// <summary>How long the connection had been attached.</summary>
    public TimeSpan Lasted { get; }

    /// <summary>The loss; <see cref="ConnectionLoss.DetectedAt"/> says when by the wall clock.</summary>
    public ConnectionLoss Loss { get; }
}
