namespace Liveness.Testing;

/// <summary>The traffic of one direction of a network.</summary>
/// <param name="BytesSent">The number of bytes taken from the sender, including those that were lost.</param>
/// <param name="BytesDelivered">The number of bytes that arrived at the receiver, read or not.</param>
/// <param name="LastDelivered">The time at which the last of them arrived, as a timestamp of the link's <see cref="TimeProvider"/>; null if
/// none has arrived.</param>
public readonly record struct LinkTraffic(long BytesSent, long BytesDelivered, long? LastDelivered);
