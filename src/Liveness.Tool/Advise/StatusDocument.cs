namespace Liveness.Tool.Advise;

/// <summary>What is read of the status page's JSON.</summary>
/// <param name="Advice">Null = its version of Liveness has none.</param>
internal sealed record StatusDocument(int Version, IReadOnlyList<NamedAdvice>? Advice = null);
