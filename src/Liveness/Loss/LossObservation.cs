namespace Liveness;

/// <summary>What the pure core saw when it judged: everything of a loss but the wall-clock time and the diagnosis.</summary>
internal sealed class LossObservation
{
    public required LossKind Kind { get; init; }

    /// <summary>Time since the last received byte, less our own pauses.</summary>
    public required TimeSpan Silence { get; init; }

    public required TimeSpan Bound { get; init; }

    public required LossEvidence Evidence { get; init; }

    public Exception? Exception { get; init; }

    /// <summary>For <see cref="LossKind.PeerGaveUp"/>.</summary>
    public GoodbyeFrame? Goodbye { get; init; }

    /// <summary>For <see cref="LossKind.ProtocolViolated"/>.</summary>
    public ProtocolRule Rule { get; init; }

    /// <summary>For <see cref="LossKind.CloseTimedOut"/>.</summary>
    public long UnconfirmedBytes { get; init; }

    /// <summary>One sentence in plain words, for the kinds that need one.</summary>
    public string? Detail { get; init; }

    /// <summary>What it means, where whoever judged knew more than the evidence shows: then no rule looks at the evidence.</summary>
    public (LossDiagnosis Diagnosis, LossCertainty Certainty)? Decided { get; init; }
}
