namespace Liveness.Tool.Conformance;

/// <summary>Something that was less than the page asks for.</summary>
/// <param name="Text">What.</param>
/// <param name="MayBeTime">A machine that was busy may have been the reason.</param>
internal sealed record CaseRemark(string Text, bool MayBeTime);
