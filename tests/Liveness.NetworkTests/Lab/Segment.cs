namespace Liveness.NetworkTests.Lab;

/// <summary>One TCP segment of a capture.</summary>
/// <param name="FromPort">Of the sender.</param>
/// <param name="ToPort">Of the receiver.</param>
/// <param name="Payload">Its bytes of data, in hexadecimal digits; empty for probes and acknowledgements.</param>
internal sealed record Segment(int FromPort, int ToPort, string Payload);
