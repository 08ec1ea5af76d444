namespace Liveness.WorksWith.Tests;

/// <summary>A line of a worker.</summary>
/// <param name="Word">What happened.</param>
/// <param name="At">When, by the machine's monotonic clock.</param>
/// <param name="Text">What else is known.</param>
internal sealed record Said(string Word, long At, string Text);
