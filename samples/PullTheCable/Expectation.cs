using Liveness;

namespace PullTheCable;

/// <summary>What one end must say. Without types: an orderly close, and no loss.</summary>
internal sealed record Expectation
{
    public IReadOnlyList<string> Types { get; private init; } = [];

    /// <summary>In bounds: the loss must not be reported before, or at, this.</summary>
    public double MoreThanBounds { get; private init; }

    /// <summary>In bounds.</summary>
    public double AtMostBounds { get; private init; } = double.PositiveInfinity;

    public double LessThanSeconds { get; private init; } = double.PositiveInfinity;

    /// <summary>What the loss must mean; null = not checked.</summary>
    public LossDiagnosis? Diagnosis { get; init; }

    /// <summary>How sure that must be.</summary>
    public LossCertainty AtLeast { get; init; } = LossCertainty.Likely;

    /// <summary>The evidence must say that this process itself could not run.</summary>
    public bool OwnPauseInEvidence { get; init; }

    /// <summary>PeerNotConsuming must have been reported.</summary>
    public bool Stalled { get; init; }

    public static Expectation Close { get; } = new();

    public static Expectation Loss(params string[] types) => new() { Types = types };

    public static Expectation LossWithin(double moreThanBounds, double atMostBounds, params string[] types) =>
        new() { Types = types, MoreThanBounds = moreThanBounds, AtMostBounds = atMostBounds };

    public static Expectation LossWithinSeconds(double seconds, params string[] types) =>
        new() { Types = types, LessThanSeconds = seconds };
}
