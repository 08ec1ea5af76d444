using CableLab;
using Liveness;

namespace SideBySide;

/// <summary>What one end has said so far of all of its connections.</summary>
internal sealed record EndSums
{
    public int Lost { get; private init; }

    public int Closed { get; private init; }

    public string? Type { get; private init; }

    public LossDiagnosis Diagnosis { get; private init; }

    /// <summary>The last of the losses.</summary>
    public long LostAt { get; private init; }

    public EndSums After(EndEvent e) => e.Kind switch
    {
        EndEventKind.Lost => this with { Lost = Lost + 1, Type = e.Detail, Diagnosis = e.Diagnosis, LostAt = e.Timestamp },
        EndEventKind.Closed => this with { Closed = Closed + 1 },
        _ => this,
    };
}
