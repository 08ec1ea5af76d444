namespace Liveness;

/// <summary>How sure a <see cref="LossDiagnosis"/> is.</summary>
public enum LossCertainty
{
    /// <summary>Other causes would have looked the same.</summary>
    Ambiguous = 0,

    /// <summary>The evidence points to this cause; others are possible.</summary>
    Likely,

    /// <summary>The evidence leaves no other cause.</summary>
    Proven,
}
