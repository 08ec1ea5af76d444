using System.Buffers;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Liveness.SideChannel;

/// <summary>One side connection: an in-band connection whose data is a sequence of side messages.</summary>
/// <remarks>
/// Everything that keeps it alive, bounded and honest is the in-band connection's: beats, credit, the flood guard, the close.
/// </remarks>
internal sealed class SideLink : ISideLink
{
    /// <summary>So much waits to be sent before our reading waits for it: what the peer asks, it has to take.</summary>
    private const int MaxUnsent = 256 * 1024;
    private const int MaxIdleBuffer = 16 * 1024;
    private const int ReadSize = 4 * 1024;

    private readonly HeartbeatStream _stream;
    private readonly ISideLinkOwner _owner;
    private readonly Lock _gate = new();

    /// <summary>What waits to be sent. Guarded by the gate.</summary>
    private ArrayBufferWriter<byte> _unsent = new();

    /// <summary>
    /// What is being sent, and written by nobody meanwhile; then empty. Exchanged with the other under the gate, by the one who sends.
    /// </summary>
    private ArrayBufferWriter<byte> _spare = new();

    /// <summary>Of our reading, which waits until less is unsent. Guarded by the gate.</summary>
    private TaskCompletionSource? _drained;

    /// <summary>Somebody sends, and looks again before it stops. Guarded by the gate.</summary>
    private bool _isSending;

    /// <summary>Nothing is sent any more. Guarded by the gate.</summary>
    private bool _sendFailed;

    /// <param name="stream">Open. The link owns it from now on.</param>
    /// <param name="owner">Told what happens.</param>
    /// <param name="remote">The peer's address, as this end sees it.</param>
    public SideLink(HeartbeatStream stream, ISideLinkOwner owner, IPEndPoint? remote)
    {
        _stream = stream;
        _owner = owner;
        Remote = remote;
        (UInt128 ownEndpoint, UInt128 peerEndpoint, UInt128 ownInstance, UInt128 peerInstance) = stream.Connection.Identities;
        Own = new SideIdentity(ownEndpoint, ownInstance);
        Peer = new SideIdentity(peerEndpoint, peerInstance);
    }

    public IPEndPoint? Remote { get; }

    public SideIdentity Own { get; }

    public SideIdentity Peer { get; }

    public ConnectionMonitor Monitor => _stream.Monitor;

    public ConnectionLoss? Loss => Monitor.Loss;

    public bool IsReady { get; private set; }

    /// <summary>At a client: how many connections the server lets it watch.</summary>
    public uint PeerMaxWatches { get; private set; }

    /// <summary>Shakes hands and reads until the end. Never fails.</summary>
    /// <param name="isClient">Who speaks first.</param>
    /// <param name="secret">Null = none.</param>
    /// <param name="maxWatches">Told to a client.</param>
    /// <param name="handshakeTimeout">For the proof.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <returns>Why the handshake was refused, or null.</returns>
    public async Task<string?> RunAsync(bool isClient, string? secret, int maxWatches, TimeSpan handshakeTimeout, TimeProvider timeProvider)
    {
        string? refusal = null;
        _stream.Monitor.StateChanged += OnStateChanged;
        try
        {
            SideHandshake handshake = new(
                isClient,
                secret is null ? null : Encoding.UTF8.GetBytes(secret),
                Bytes32.Read(RandomNumberGenerator.GetBytes(Bytes32.Size)),
                Own,
                Peer,
                (uint)maxWatches);
            using TimeLimit tooLate = new(handshakeTimeout, timeProvider);
            refusal = await ReadAsync(handshake, tooLate).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            refusal = "the handshake of the side channel took too long";
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException)
        {
            // The monitor knows more.
        }
        catch (Exception)
        {
            // A side connection that beats and that nobody reads would vouch for everything.
            refusal = "this end could not go on with the side channel";
        }

        await EndAsync(refusal).ConfigureAwait(false);
        return refusal;
    }

    /// <summary>Sends in the order of the calls, without waiting. After the end nothing happens.</summary>
    public void Send(ReadOnlySpan<byte> messages)
    {
        lock (_gate)
        {
            if (_sendFailed)
            {
                return;
            }

            _unsent.Write(messages);
            if (_isSending)
            {
                return;
            }

            _isSending = true;
        }

        _ = SendAllAsync();
    }

    public ConnectionSnapshot GetSnapshot() => Monitor.GetSnapshot();

    /// <summary>Closes in good order.</summary>
    public ValueTask CloseAsync() => _stream.DisposeAsync();

    private async Task<string?> ReadAsync(SideHandshake handshake, TimeLimit tooLate)
    {
        byte[] output = new byte[SideHandshake.MaxOutput];
        Send(output.AsSpan(0, handshake.Begin(output)));
        SideMessageReader reader = new();
        byte[] input = new byte[ReadSize];
        while (true)
        {
            int count = await _stream.ReadAsync(input, IsReady ? CancellationToken.None : tooLate.Token).ConfigureAwait(false);
            if (count == 0)
            {
                return null;
            }

            if (Take(input.AsSpan(0, count), reader, handshake, output) is { } refusal)
            {
                return refusal;
            }

            await UnsentIsShortAsync().ConfigureAwait(false);
        }
    }

    private string? Take(ReadOnlySpan<byte> input, SideMessageReader reader, SideHandshake handshake, byte[] output)
    {
        while (reader.TryRead(ref input, out SideMessageType type, out ReadOnlySpan<byte> payload))
        {
            string? refusal = IsReady ? _owner.OnMessage(this, type, payload) : Shake(handshake, type, payload, output);
            if (refusal is not null)
            {
                return refusal;
            }
        }

        return reader.Violation == SideRule.None ? null : SideRuleText.Of(reader.Violation);
    }

    private string? Shake(SideHandshake handshake, SideMessageType type, ReadOnlySpan<byte> payload, byte[] output)
    {
        Send(output.AsSpan(0, handshake.Receive(type, payload, output)));
        if (handshake.State == SideHandshakeState.Ready)
        {
            PeerMaxWatches = handshake.PeerMaxWatches;
            IsReady = true;
            _owner.OnReady(this);
        }

        return handshake.Refusal;
    }

    private async ValueTask UnsentIsShortAsync()
    {
        Task drained;
        lock (_gate)
        {
            if (_unsent.WrittenCount <= MaxUnsent || _sendFailed)
            {
                return;
            }

            _drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            drained = _drained.Task;
        }

        await drained.ConfigureAwait(false);
    }

    private async Task SendAllAsync()
    {
        try
        {
            while (TakeUnsent(out ReadOnlyMemory<byte> messages))
            {
                await _stream.WriteAsync(messages).ConfigureAwait(false);
            }
        }
        catch (Exception)
        {
            // Of whatever type: what can't be sent must not pile up, and the reading tells why.
            lock (_gate)
            {
                _sendFailed = true;
                _unsent.Clear();
                _drained?.TrySetResult();
            }
        }
    }

    private bool TakeUnsent(out ReadOnlyMemory<byte> messages)
    {
        lock (_gate)
        {
            _spare.ResetWrittenCount();
            _drained?.TrySetResult();
            _drained = null;
            _isSending = _unsent.WrittenCount > 0;
            if (!_isSending)
            {
                (_unsent, _spare) = (NotTooLarge(_unsent), NotTooLarge(_spare));
            }

            (_unsent, _spare) = (_spare, _unsent);
            messages = _spare.WrittenMemory;
            return _isSending;
        }
    }

    /// <summary>What a burst of watches needed is not kept for the rest of the connection.</summary>
    private static ArrayBufferWriter<byte> NotTooLarge(ArrayBufferWriter<byte> buffer) =>
        buffer.Capacity > MaxIdleBuffer ? new ArrayBufferWriter<byte>() : buffer;

    private void OnStateChanged(object? sender, LivenessStateChangedEventArgs e)
    {
        if (e.NewState is LivenessState.Alive or LivenessState.Suspect)
        {
            _owner.OnSideChanged(this);
        }
    }

    private async Task EndAsync(string? refusal)
    {
        try
        {
            if (refusal is not null)
            {
                await _stream.CloseAsync(GoodbyeCode.Refused, refusal).ConfigureAwait(false);
            }
            else
            {
                await _stream.DisposeAsync().ConfigureAwait(false);
            }
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // It is closed, if not in good order: whoever keeps side connections up goes on.
        }
        finally
        {
            _owner.OnEnded(this);
        }
    }
}
