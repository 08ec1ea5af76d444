namespace Liveness;

/// <summary>What an accepting end does with a peer that does not speak Liveness, a plain peer.</summary>
public enum PlainPeers
{
    /// <summary>A plain peer is refused (<see cref="PeerNotLiveness"/>, or <see cref="HandshakeFailed"/> where it says nothing). This end
    /// introduces itself at once.</summary>
    Refuse,

    /// <summary>A plain peer is served: its bytes pass untouched, and the kernel watches its connection. This end says nothing until it
    /// knows which kind of peer it has, so this is for the end that accepts connections: two ends that both serve plain peers wait for each
    /// other, and take each other for plain ones.</summary>
    Serve,
}
