namespace Liveness.Tool.Doctor;

/// <param name="Process">Null = nobody holds it any more, or nobody whom we may see.</param>
/// <param name="Namespace">The network namespace, where it is not the own one.</param>
internal sealed record SurveyedSocket(SocketRecord Socket, ProcessName? Process, string? Namespace, IReadOnlyList<Finding> Findings);
