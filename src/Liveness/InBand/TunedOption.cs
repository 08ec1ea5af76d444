using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Liveness;

/// <summary>
/// One TCP option of a socket that is wanted otherwise for a while: what it was before, and what it is for us. Never throws: each is an
/// improvement, none a condition.
/// </summary>
/// <remarks>
/// By system call: .NET takes a refusal, as of a sandbox, for the end of the connection. Mutable: keep it in a field, under its owner's
/// lock.
/// </remarks>
/// <param name="number">The kernel's, of the TCP level.</param>
internal record struct TunedOption(byte number)
{
    private const int TcpLevel = 6;

    /// <summary>Small, for every connection has several of these.</summary>
    private readonly byte _number = number;
    private bool _hasBefore;
    private bool _isOurs;
    private int _before;
    private int _ours;

    /// <summary>The kernel has no such option.</summary>
    public bool IsUnknown { get; private set; }

    /// <summary>What it was before it was first set, or is now; null where the kernel does not tell.</summary>
    public int? Before(Socket socket) => _hasBefore ? _before : Read(socket);

    public void Set(Socket socket, int value)
    {
        if (!_hasBefore && Read(socket) is { } before)
        {
            _before = before;
            _hasBefore = true;
        }

        // Kernels round.
        if (_hasBefore && Write(socket, value) && Read(socket) is { } ours)
        {
            _ours = ours;
            _isOurs = true;
        }
    }

    /// <summary>Unless somebody else has set it since: then it is theirs.</summary>
    public void PutBack(Socket socket)
    {
        if (_isOurs && Read(socket) == _ours)
        {
            Write(socket, _before);
        }

        _isOurs = false;
    }

    private int? Read(Socket socket)
    {
        try
        {
            int value = 0;
            SocketError error = SocketCalls.Get(socket, TcpLevel, _number, MemoryMarshal.AsBytes(new Span<int>(ref value)), out _);
            IsUnknown |= error == SocketError.ProtocolOption;
            return error == SocketError.Success ? value : null;
        }
        catch (ObjectDisposedException)
        {
            // The connection has ended: there is nothing left to improve.
            return null;
        }
    }

    private readonly bool Write(Socket socket, int value)
    {
        try
        {
            return SocketCalls.Set(
                socket, TcpLevel, _number, MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in value))) == SocketError.Success;
        }
        catch (ObjectDisposedException)
        {
            // As above.
            return false;
        }
    }
}
