namespace Liveness;

/// <summary>DATA payload bytes of one connection, in all, as this end counts them.</summary>
/// <param name="Sent">Handed to the transport.</param>
/// <param name="Received">Taken from the transport.</param>
/// <param name="Consumed">Handed to the application.</param>
internal readonly record struct StreamCounts(ulong Sent, ulong Received, ulong Consumed);
