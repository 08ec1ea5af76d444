using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Liveness.KeepAlive;
using Liveness.Kernel;

namespace Liveness;

/// <summary>
/// A connected TCP socket, used in non-blocking mode. An idle one waits with empty receives, so it holds no buffer and unread bytes stay
/// visible in the kernel.
/// </summary>
internal sealed class SocketTransport : Transport, ITransportWitness
{
    /// <summary>For one call at a time.</summary>
    [ThreadStatic]
    private static ArraySegment<byte>[]? t_parts;

    private readonly Socket _socket;
    private readonly NetworkStream? _owner;
    private readonly bool _leaveOpen;
    private readonly bool _blockingBefore;
    private readonly KeptName _remote;
    private SocketTuning _tuning;
    private SocketWitness _witness;

    /// <summary>A wait for bytes has begun that had to wait. The receiver's.</summary>
    private bool _hasWaited;

    /// <summary>Made with the first receive after that, or into a buffer; the receiver's.</summary>
    private SocketReceive? _receive;

    /// <summary>A receive with a buffer is under way. With completion ports what it completes with waits for the thread pool, and is not
    /// seen in the kernel;
    /// elsewhere the bytes stay there until a thread of the pool fetches them.</summary>
    private volatile bool _receives;

    /// <param name="socket">Connected.</param>
    /// <param name="owner">The stream that was given in place of the socket; closed instead of it.</param>
    /// <param name="leaveOpen">Whether closing leaves the socket to its owner.</param>
    public SocketTransport(Socket socket, NetworkStream? owner, bool leaveOpen)
        : base(socket)
    {
        _socket = socket;
        _owner = owner;
        _leaveOpen = leaveOpen;
        _blockingBefore = socket.Blocking;
        socket.Blocking = false;
        _tuning = new SocketTuning(socket);
        _witness = new SocketWitness(socket);
        _remote = KeptName.Of(socket);
    }

    public override EndPoint? Remote => _remote.EndPoint;

    protected override object? Wrapped => _socket;

    public override bool NeverBlocks => true;

    public override bool IsTrulyAsynchronous => true;

    public override bool WaitsWithoutBuffer => true;

    public override bool ReceivesWithoutWaiting => true;

    public override bool CanBlock => true;

    public override bool LeavesOpen => _leaveOpen;

    public override ITransportWitness Witness => this;

    public override bool TryReceive(Memory<byte> buffer, Memory<byte> next, out int count)
    {
        SocketError error;
        if (!next.IsEmpty && MemoryMarshal.TryGetArray(buffer, out ArraySegment<byte> first)
            && MemoryMarshal.TryGetArray(next, out ArraySegment<byte> second))
        {
            ArraySegment<byte>[] parts = t_parts ??= [default, default];
            parts[0] = first;
            parts[1] = second;
            try
            {
                count = _socket.Receive(parts, SocketFlags.None, out error);
            }
            finally
            {
                // Nothing of the application is kept, whatever becomes of the receive.
                Array.Clear(parts);
            }
        }
        else
        {
            count = _socket.Receive(buffer.Span, SocketFlags.None, out error);
        }

        return Came(error);
    }

    public override bool TryReceiveParts(List<ArraySegment<byte>> parts, out int count)
    {
        count = GatheredCalls.Receive(_socket, parts, out SocketError error);
        return Came(error);
    }

    public override bool WaitForBytes(TimeSpan most) => Poll(most, SelectMode.SelectRead);

    public override bool WaitForRoom(TimeSpan most) => Poll(most, SelectMode.SelectWrite);

    public override ValueTask<int> WaitForBytesAsync(CancellationToken cancellationToken)
    {
        _receives = false;
        return _socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, cancellationToken);
    }

    /// <summary>On Linux a socket that is closed completes what is pending on it, and says FIN all the same where it was shut
    /// down.</summary>
    public override bool EndsReceives => !_leaveOpen && OperatingSystem.IsLinux();

    public override bool Receive(Memory<byte> buffer, IReceiver receiver, CancellationToken cancellationToken, out int count)
    {
        if (!EndsReceives)
        {
            return base.Receive(buffer, receiver, cancellationToken, out count);
        }

        _receives = !buffer.IsEmpty;
        if (!_hasWaited && buffer.IsEmpty && _socket.ProtocolType == ProtocolType.Tcp)
        {
            _hasWaited = true;
            if (!FirstWait.Begin(_socket, receiver, out count))
            {
                return false;
            }

            _hasWaited = false;
            return true;
        }

        _receive ??= new SocketReceive(receiver);
        return _receive.Begin(_socket, buffer, out count);
    }

    public override ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        _receives = true;
        return _socket.ReceiveAsync(buffer, SocketFlags.None, cancellationToken);
    }

    public override Exception? FailureBehindEnd() =>
        OperatingSystem.IsLinux() && TcpInfoSnapshot.TryRead(_socket, out TcpInfoSnapshot kernel) && kernel.State == TcpState.Closed
            ? new SocketException((int)SocketError.ConnectionReset)
            : null;

    public override LossCertainty? ClosedHere(Exception? failure) =>
        IsDisposed(_socket) || IsShutDownHere(failure) ? LossCertainty.Proven : null;

    public override int TrySend(ReadOnlySpan<byte> bytes)
    {
        int sent = _socket.Send(bytes, SocketFlags.None, out SocketError error);
        return Accepted(sent, error);
    }

    public override int MostParts => GatheredCalls.IsAvailable ? GatheredCalls.MostParts : base.MostParts;

    public override int TrySend(List<ArraySegment<byte>> parts)
    {
        int sent = GatheredCalls.IsAvailable
            ? GatheredCalls.Send(_socket, parts, out SocketError error)
            : _socket.Send(parts, SocketFlags.None, out error);
        return Accepted(sent, error);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public override async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int sent = await _socket.SendAsync(bytes, SocketFlags.None, CancellationToken.None).ConfigureAwait(false);
            bytes = bytes[sent..];
        }
    }

    public override void LimitUnsent(int bytes) => _tuning.LimitUnsent(_socket, this, bytes);

    public override TcpInfoSnapshot? RepairFaster(TimeSpan bound, bool isQuiet) => _tuning.RepairFaster(_socket, this, bound, isQuiet);

    public override void RememberLocalNetwork() => LocalNetwork.Remember(_socket);

    public override void LookAtLocalNetwork() => _witness.LookAtLocalNetwork(_socket);

    public override void ShutdownSend()
    {
        if (!_leaveOpen)
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
    }

    public override bool ResetOvertakes => !_leaveOpen && SocketParting.IsNeeded;

    public override Task PartAsync(CancellationToken cancellationToken) => SocketParting.EndAsync(_socket, cancellationToken);

    public override void Abort()
    {
        if (_leaveOpen)
        {
            RestoreOptions();
            return;
        }

        SocketReset.Close(_socket);
        _owner?.Dispose();
        _receive?.Dispose();
    }

    public override ValueTask CloseAsync()
    {
        if (_leaveOpen)
        {
            RestoreOptions();
            return ValueTask.CompletedTask;
        }

        // .NET answers with a reset where it closes a socket under a pending receive that was not shut down.
        ShutDownQuietly();
        if (_owner is not null)
        {
            _owner.Dispose();
        }
        else
        {
            _socket.Dispose();
        }

        _receive?.Dispose();
        return ValueTask.CompletedTask;
    }

    WitnessReading ITransportWitness.Read() => _witness.Read(_socket, hidesCompletedReads: _receives && OperatingSystem.IsWindows());

    /// <summary>A read also ends where code of this process has shut the socket's reading down: then no FIN has come.</summary>
    private bool IsShutDownHere(Exception? failure) =>
        failure is null && OperatingSystem.IsLinux() && TcpInfoSnapshot.TryRead(_socket, out TcpInfoSnapshot kernel)
        && kernel.State is TcpState.Established or TcpState.FinWait1 or TcpState.FinWait2;

    private static bool Came(SocketError error) => error switch
    {
        SocketError.Success => true,
        SocketError.WouldBlock => false,
        _ => throw new SocketException((int)error),
    };

    private static int Accepted(int sent, SocketError error) => error switch
    {
        SocketError.Success => sent,
        SocketError.WouldBlock or SocketError.NoBufferSpaceAvailable => 0,
        _ => throw new SocketException((int)error),
    };

    /// <returns>True also where the operation will fail: it tells with what.</returns>
    private bool Poll(TimeSpan most, SelectMode mode)
    {
        try
        {
            return _socket.Poll(most, mode);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            return true;
        }
    }

    private void ShutDownQuietly()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // It is over already: there is nobody to tell.
        }
    }

    private void RestoreOptions()
    {
        if (_socket.SafeHandle is { IsClosed: false, IsInvalid: false } && SocketTuning.TrySetBlocking(_socket, _blockingBefore))
        {
            _tuning.PutBack(_socket, this);
        }
    }
}
