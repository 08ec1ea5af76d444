namespace Liveness.Tool.Advise;

/// <param name="Version">Of this form: it rises when something here changes its meaning.</param>
internal sealed record AdviceDocument(int Version, IReadOnlyList<AdviceSource> Sources);
