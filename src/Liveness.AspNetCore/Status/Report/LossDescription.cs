namespace Liveness.AspNetCore;

/// <summary>A loss as it is told: in full, or in brief where its evidence is gone.</summary>
internal static class LossDescription
{
    /// <summary>Of a loss in words.</summary>
    private const int MostCharacters = 1000;

    public static StatusLoss Of(LossSummary summary)
    {
        ConnectionLoss? loss = (summary as RecordedLoss)?.Loss;
        return new StatusLoss(
            summary.ConnectionId,
            StatusText.Clip(summary.Name, StatusText.MostOfName),
            StatusText.Clip(summary.Description, StatusText.MostOfName),
            summary.OwnId,
            summary.Mode.ToString(),
            StatusWords.TypeOf(summary.ErrorType),
            summary.ErrorType,
            StatusWords.NameOf(summary.Diagnosis),
            summary.Certainty.ToString(),
            summary.DetectedAt,
            summary.Age.TotalSeconds,
            summary.Lasted.TotalSeconds,
            summary.Silence.TotalSeconds,
            StatusText.Limit(summary.Bound),
            summary.IncidentId,
            loss is null ? null : StatusText.Clip(loss.ToString(), MostCharacters),
            loss is null ? null : EvidenceText.Of(loss));
    }
}
