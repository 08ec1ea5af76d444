namespace Liveness.SideChannel;

/// <summary>How one end of a side connection comes to trust the other: what to send next, given what was received. Pure.</summary>
/// <remarks>The client speaks first and proves itself first; the server says nothing about the secret to a client that does not know it.
/// Over plain TCP this proves who is there at the start; only TLS protects what follows.</remarks>
internal sealed class SideHandshake
{
    /// <summary>Room for everything that one step sends.</summary>
    public const int MaxOutput = (2 * SideLimits.HeaderSize) + SideLimits.AuthPayload + SideLimits.ProofPayload;

    private readonly bool _isClient;
    private readonly byte[]? _secret;
    private readonly Bytes32 _nonce;
    private readonly SideIdentity _own;
    private readonly SideIdentity _peer;
    private readonly uint _maxWatches;
    private Bytes32 _peerNonce;
    private bool _heardAuth;
    private bool _trusted;

    /// <param name="secret">Null = none: TLS proves who it is, or nothing does.</param>
    /// <param name="nonce">Fresh random bytes.</param>
    /// <param name="maxWatches">Told to the client; of no use at a client.</param>
    public SideHandshake(bool isClient, byte[]? secret, Bytes32 nonce, SideIdentity own, SideIdentity peer, uint maxWatches)
    {
        _isClient = isClient;
        _secret = secret;
        _nonce = nonce;
        _own = own;
        _peer = peer;
        _maxWatches = maxWatches;
        _trusted = secret is null;
    }

    public SideHandshakeState State { get; private set; }

    /// <summary>Why, in plain words, once <see cref="SideHandshakeState.Refused"/>. It contains nothing that the peer wrote.</summary>
    public string? Refusal { get; private set; }

    /// <summary>At a client that is ready: the most connections that the server lets it watch.</summary>
    public uint PeerMaxWatches { get; private set; }

    private SideAuthMethod Method => _secret is null ? SideAuthMethod.None : SideAuthMethod.SharedSecret;

    /// <returns>Bytes to send now: the client speaks first.</returns>
    public int Begin(Span<byte> output) => _isClient ? WriteAuth(output) : 0;

    /// <param name="output">Room for <see cref="MaxOutput"/> bytes.</param>
    /// <returns>Bytes to send now, also where the state has become <see cref="SideHandshakeState.Ready"/>.</returns>
    public int Receive(SideMessageType type, ReadOnlySpan<byte> payload, Span<byte> output)
    {
        if (State != SideHandshakeState.Running)
        {
            return State == SideHandshakeState.Refused ? 0 : Refuse("the peer went on with a handshake that was over");
        }

        return type switch
        {
            SideMessageType.Auth when !_heardAuth => ReceiveAuth(SideMessageDecoder.ReadAuth(payload), output),
            SideMessageType.Proof when _heardAuth && !_trusted => ReceiveProof(payload, output),
            SideMessageType.Ready when _isClient && _heardAuth => ReceiveReady(SideMessageDecoder.ReadReady(payload)),
            _ => Refuse("the peer sent a message out of turn before it was ready"),
        };
    }

    private int ReceiveAuth(AuthMessage auth, Span<byte> output)
    {
        _heardAuth = true;
        _peerNonce = auth.Nonce;
        if (Objection(auth) is { } objection)
        {
            return Refuse(objection);
        }

        if (_isClient)
        {
            return _secret is null ? 0 : WriteProof(output);
        }

        int written = WriteAuth(output);
        return _trusted ? written + FinishAsServer(output[written..]) : written;
    }

    private string? Objection(AuthMessage auth)
    {
        if (auth.Version != SideLimits.Version)
        {
            return "the peer speaks another version of the side channel";
        }

        if (auth.Nonce == _nonce || _peer.EndpointId == _own.EndpointId)
        {
            return "our own greeting came back: this is a mirror, not a peer";
        }

        return auth.Method == Method ? null
            : auth.Method == SideAuthMethod.None
                ? $"a shared secret is configured here, and none at the {(_isClient ? "server" : "client")}"
            : auth.Method == SideAuthMethod.SharedSecret
                ? $"a shared secret is configured at the {(_isClient ? "server" : "client")}, and none here"
            : "the peer wants to authenticate in a way that this version does not know";
    }

    private int ReceiveProof(ReadOnlySpan<byte> proof, Span<byte> output)
    {
        if (!IsProofOfPeer(proof))
        {
            return Refuse("the peer does not know our shared secret");
        }

        _trusted = true;
        if (_isClient)
        {
            return 0;
        }

        int written = WriteProof(output);
        return written + FinishAsServer(output[written..]);
    }

    private int ReceiveReady(uint maxWatches)
    {
        if (!_trusted)
        {
            return Refuse("the server did not prove that it knows our shared secret");
        }

        PeerMaxWatches = maxWatches;
        State = SideHandshakeState.Ready;
        return 0;
    }

    private int FinishAsServer(Span<byte> output)
    {
        State = SideHandshakeState.Ready;
        return SideMessageWriter.WriteReady(output, _maxWatches);
    }

    private int WriteAuth(Span<byte> output) => SideMessageWriter.WriteAuth(output, new AuthMessage(SideLimits.Version, Method, _nonce));

    private SideParticipant Client => _isClient ? new SideParticipant(_nonce, _own) : new SideParticipant(_peerNonce, _peer);

    private SideParticipant Server => _isClient ? new SideParticipant(_peerNonce, _peer) : new SideParticipant(_nonce, _own);

    private int WriteProof(Span<byte> output)
    {
        Span<byte> proof = stackalloc byte[SideAuthentication.ProofSize];
        SideAuthentication.ComputeProof(_secret, _isClient, Client, Server, proof);
        return SideMessageWriter.WriteProof(output, proof);
    }

    private bool IsProofOfPeer(ReadOnlySpan<byte> proof) => SideAuthentication.Verify(_secret, !_isClient, Client, Server, proof);

    private int Refuse(string reason)
    {
        State = SideHandshakeState.Refused;
        Refusal = reason;
        return 0;
    }
}
