namespace Liveness.AspNetCore;

/// <summary>One measurement.</summary>
/// <param name="Key">In the JSON.</param>
/// <param name="Label">On the page.</param>
/// <param name="Text">The value in words.</param>
/// <param name="Value">In the JSON: a long, a double (of seconds), a bool or a string.</param>
internal sealed record StatusFact(string Key, string Label, string Text, object Value);
