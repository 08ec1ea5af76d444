namespace Liveness;

/// <summary>The summary of a loss: the connection, the time and the diagnosis. The newest losses are <see cref="RecordedLoss"/> objects,
/// which also hold the loss itself with its evidence.</summary>
/// <remarks>Immutable except for <see cref="Age"/>. You can use it from any thread.</remarks>
public class LossSummary
{
    /// <summary>Of a description, once a loss is kept in brief: it is what could be long, and there are ten thousand of them.</summary>
    private const int MostOfDescription = 200;

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

    /// <summary>The same without what a derived type adds, and with no long description.</summary>
    internal LossSummary(LossSummary other)
    {
        ConnectionId = other.ConnectionId;
        Name = other.Name;
        Mode = other.Mode;
        Description = Clip(other.Description);
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

    /// <summary>The <see cref="LivenessConnection.Id"/> of the connection.</summary>
    public long ConnectionId { get; }

    /// <summary>The <see cref="LivenessConnection.Name"/> of the connection.</summary>
    public string Name { get; }

    /// <summary>The <see cref="LivenessConnection.Mode"/> of the connection.</summary>
    public LivenessMode Mode { get; }

    /// <summary>The <see cref="LivenessConnection.Description"/> of the connection.</summary>
    /// <value>Whole in a <see cref="RecordedLoss"/>; otherwise at most 200 characters (UTF-16), the last of which is an ellipsis where the
    /// description was longer.</value>
    public string Description { get; }

    /// <summary>The <see cref="LivenessConnection.OwnId"/> of the connection at the loss; null if it had none.</summary>
    public string? OwnId { get; }

    /// <summary>The time of the attach by the wall clock (<see cref="LivenessConnection.AttachedAt"/>), for display only.</summary>
    public DateTimeOffset AttachedAt { get; }

    /// <summary>The time of the loss by the wall clock (<see cref="ConnectionLoss.DetectedAt"/>), for display only.</summary>
    public DateTimeOffset DetectedAt { get; }

    /// <summary>The time since the loss, by a monotonic clock.</summary>
    public TimeSpan Age => Instant.Now(_timeProvider) - _lost;

    /// <summary>The time for which the connection had been attached.</summary>
    public TimeSpan Lasted { get; }

    /// <summary>The <see cref="ConnectionLoss.ErrorType"/> of the loss.</summary>
    public string ErrorType { get; }

    /// <summary>The <see cref="ConnectionLoss.Diagnosis"/> of the loss.</summary>
    public LossDiagnosis Diagnosis { get; }

    /// <summary>The <see cref="ConnectionLoss.Certainty"/> of the diagnosis.</summary>
    public LossCertainty Certainty { get; }

    /// <summary>The <see cref="ConnectionLoss.Silence"/> of the loss.</summary>
    public TimeSpan Silence { get; }

    /// <summary>The <see cref="ConnectionLoss.Bound"/> of the connection; <see cref="Timeout.InfiniteTimeSpan"/> means that silence was not
    /// limited.</summary>
    public TimeSpan Bound { get; }

    /// <summary>The <see cref="LossEvidence.IncidentId"/> of the loss; null if the handshake was not complete, or the mode has
    /// none.</summary>
    public string? IncidentId { get; }

    /// <summary>No pair of surrogates is torn.</summary>
    private static string Clip(string description)
    {
        if (description.Length <= MostOfDescription)
        {
            return description;
        }

        int end = MostOfDescription - 1;
        return string.Concat(description.AsSpan(0, char.IsHighSurrogate(description[end - 1]) ? end - 1 : end), "…");
    }
}
