namespace Liveness;

/// <summary>A loss in brief: whose it was, when, and what it most likely means. The newest ones are <see cref="RecordedLoss"/>, which
/// also has the loss itself with its evidence.</summary>
/// <remarks>Immutable, but for <see cref="Age"/>. May be used from any thread.</remarks>
public class LossSummary
{
    private readonly TimeProvider _timeProvider;
    private readonly Instant _lost;

    internal LossSummary(LivenessConnection connection, ConnectionLoss loss)
    {
        ConnectionId = connection.Id;
        Name = connection.Name;
        Mode = connection.Mode;
        Description = connection.Description;
        OwnId = connection.OwnId;
        AttachedAt = connection.AttachedAt;
        DetectedAt = loss.DetectedAt;
        ErrorType = loss.ErrorType;
        Diagnosis = loss.Diagnosis;
        Certainty = loss.Certainty;
        Silence = loss.Silence;
        Bound = loss.Bound;
        IncidentId = loss.Evidence.IncidentId;
        _timeProvider = connection.TimeProvider;
        _lost = Instant.Now(_timeProvider);
        Lasted = connection.Age;
    }

    /// <summary>The same without what a derived type adds.</summary>
    internal LossSummary(LossSummary other)
    {
        ConnectionId = other.ConnectionId;
        Name = other.Name;
        Mode = other.Mode;
        Description = other.Description;
        OwnId = other.OwnId;
        AttachedAt = other.AttachedAt;
        DetectedAt = other.DetectedAt;
        ErrorType = other.ErrorType;
        Diagnosis = other.Diagnosis;
        Certainty = other.Certainty;
        Silence = other.Silence;
        Bound = other.Bound;
        IncidentId = other.IncidentId;
        _timeProvider = other._timeProvider;
        _lost = other._lost;
        Lasted = other.Lasted;
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

    /// <summary>As <see cref="ConnectionLoss.DetectedAt"/>: when by the wall clock, for display only.</summary>
    public DateTimeOffset DetectedAt { get; }

    /// <summary>How long ago the loss was, by a clock that nobody sets.</summary>
    public TimeSpan Age => Instant.Now(_timeProvider) - _lost;

    /// <summary>How long the connection had been attached.</summary>
    public TimeSpan Lasted { get; }

    /// <summary>As <see cref="ConnectionLoss.ErrorType"/>.</summary>
    public string ErrorType { get; }

    /// <summary>As <see cref="ConnectionLoss.Diagnosis"/>.</summary>
    public LossDiagnosis Diagnosis { get; }

    /// <summary>As <see cref="ConnectionLoss.Certainty"/>.</summary>
    public LossCertainty Certainty { get; }

    /// <summary>As <see cref="ConnectionLoss.Silence"/>.</summary>
    public TimeSpan Silence { get; }

    /// <summary>As <see cref="ConnectionLoss.Bound"/>: <see cref="Timeout.InfiniteTimeSpan"/> = silence was not limited.</summary>
    public TimeSpan Bound { get; }

    /// <summary>As <see cref="LossEvidence.IncidentId"/>; null = the ends had not introduced themselves, or the mode has none.</summary>
    public string? IncidentId { get; }
}
