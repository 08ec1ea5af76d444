namespace Liveness.Testing;

/// <summary>What has gone through one direction of a network.</summary>
/// <param name="BytesSent">Bytes taken from the sender, also those that were swallowed.</param>
/// <param name="BytesDelivered">Bytes that arrived at the receiver, read or not.</param>
/// <param name="LastDelivered">When the newest of them arrived: a timestamp of the link's <see cref="TimeProvider"/>; null = none
/// has.</param>
public readonly record struct LinkTraffic(long BytesSent, long BytesDelivered, long? LastDelivered);
