namespace Liveness;

/// <summary>What kind of peer an accepting end has, and where the rest of what it says is read.</summary>
/// <param name="Kind">Never undecided.</param>
/// <param name="Sign">By what a plain one was known.</param>
/// <param name="Source">Null = nothing was read.</param>
internal readonly record struct RecognizedPeer(PeerKind Kind, PlainSign Sign, FirstBytesSource? Source)
{
    /// <summary>By its protocol, before the first byte.</summary>
    public static RecognizedPeer OfLiveness { get; } = new(PeerKind.Liveness, PlainSign.None, null);


    public bool IsPlain => Kind == PeerKind.Plain;

    /// <summary>What was read, and belongs to the peer's HELLO.</summary>
    public ReadOnlyMemory<byte> Taken => Source?.Taken ?? default;

    /// <summary>
    /// The connection has failed before anything was known. The handshake meets the same failure, and tells it; a failure that passes costs
    /// no byte.
    /// </summary>
    public static RecognizedPeer Failed(FirstBytesSource source) => new(PeerKind.Liveness, PlainSign.None, source);

    /// <summary>By its protocol, before the first byte.</summary>
    public static RecognizedPeer OfPlain(PlainSign sign) => new(PeerKind.Plain, sign, null);

    /// <summary>What a plain peer is read from: every byte that it has said, in order.</summary>
    /// <param name="inner">As it is where nothing was read.</param>
    public Stream Rest(Stream inner) => Source?.Rest(inner) ?? inner;
}
