namespace Liveness.Tool.Doctor;

/// <param name="Text">A plain sentence for people, with the number behind it.</param>
/// <param name="For">For how long; null where the kernel does not tell.</param>
internal sealed record Finding(FindingKind Kind, Severity Severity, string Text, TimeSpan? For);
