namespace Liveness.Tool.Doctor;

internal sealed record FindingJson(FindingKind Kind, Severity Severity, double? Seconds, string Text);
