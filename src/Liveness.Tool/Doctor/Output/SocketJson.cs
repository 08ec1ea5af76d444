namespace Liveness.Tool.Doctor;

/// <summary>A socket of which there is something to say.</summary>
internal sealed record SocketJson(
    int? ProcessId,
    string? Process,
    uint UserId,
    string Local,
    string Remote,
    string State,
    string? Namespace,
    IReadOnlyList<FindingJson> Findings);
