namespace Liveness.Tool.Conformance;

/// <summary>One case.</summary>
/// <param name="Id">Unique and stable: the section, and a number in it.</param>
/// <param name="Name">In few words.</param>
/// <param name="Section">Of PROTOCOL.md.</param>
/// <param name="Steps">In order.</param>
internal sealed record ConformanceCase(string Id, string Name, string Section, IReadOnlyList<CaseStep> Steps);
