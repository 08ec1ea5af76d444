namespace Liveness.Tool.Conformance;

/// <summary>A message of the testee.</summary>
internal sealed record SideArrival(byte Type, byte[] Payload)
{
    /// <summary>Of every message from WATCH on but ASK.</summary>
    public ulong Id => Payload.Length >= 8 ? Raw.LongNumber(Payload, 0) : 0;

    /// <summary>The byte behind the id: an answer or a reason.</summary>
    public byte Value => Payload.Length >= 9 ? Payload[8] : (byte)0;

    public bool HasCounts => Raw.LongNumber(Payload, 9) != SideRaw.Unknown || Raw.LongNumber(Payload, 17) != SideRaw.Unknown;

    public ulong[] Asked => [.. Enumerable.Range(0, (Payload.Length - 2) / 8).Select(i => Raw.LongNumber(Payload, 2 + (8 * i)))];
}
