using CableLab;
using Liveness;

namespace PullTheCable;

/// <summary>What one end has said so far, folded from its events. Pure.</summary>
internal sealed record EndOutcome
{
    /// <summary>Null while nothing was lost.</summary>
    public string? LossType { get; private init; }

    public long LostAt { get; private init; }

    public string? IncidentId { get; private init; }

    public TimeSpan LongestPause { get; private init; }

    public TimeSpan PausesInSilence { get; private init; }

    /// <summary>When this end's kernel got its last byte; 0 = it did not tell.</summary>
    public long LastByteAt { get; private init; }

    public LossDiagnosis Diagnosis { get; private init; }

    public LossCertainty Certainty { get; private init; }

    public bool Stalled { get; private init; }

    public bool Closed { get; private init; }

    /// <summary>What was sent or received in bulk: number of bytes and hash.</summary>
    public string? Transfer { get; private init; }

    public EndOutcome After(EndEvent e) => e.Kind switch
    {
        EndEventKind.Lost => this with
        {
            LossType = e.Detail,
            LostAt = e.Timestamp,
            LastByteAt = e.LastByteAt == 0 ? LastByteAt : e.LastByteAt,
            Diagnosis = e.Diagnosis,
            Certainty = e.Certainty,
            IncidentId = e.IncidentId,
            LongestPause = e.LongestPause,
            PausesInSilence = e.PausesInSilence,
        },
        EndEventKind.Suspect => this with { LastByteAt = e.LastByteAt },
        EndEventKind.Stalled => this with { Stalled = true },
        EndEventKind.Closed => this with { Closed = true },
        EndEventKind.Transferred => this with { Transfer = e.Detail },
        _ => this,
    };
}
