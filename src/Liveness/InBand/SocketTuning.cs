using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Liveness;

/// <summary>The options of a TCP socket that a heartbeat wants otherwise, and what they were before.</summary>
/// <remarks>What the kernel lacks is left alone: each is an improvement, none a condition.</remarks>
internal sealed class SocketTuning
{
    // Linux' numbers (linux/tcp.h), the last since 6.15.
    private const int TcpLevel = 6;
    private const int TcpThinLinearTimeouts = 16;
    private const int TcpNotSentLowWater = 25;
    private const int TcpRtoMax = 44;

    private static readonly Lazy<KernelLimits> s_limits = new(KernelLimits.Read);
    private static volatile bool s_hasNoRtoMax;

    private readonly Lock _gate = new();
    private readonly Socket _socket;
    private readonly bool _isTcp;
    private readonly bool? _noDelayBefore;
    private int? _unsentLimitBefore;
    private int? _thinBefore;
    private int? _rtoMaxBefore;
    private TimeSpan? _longestTimeout;

    /// <summary>What comes late, from another thread, must not touch the owner's socket any more.</summary>
    private bool _isPutBack;

    public SocketTuning(Socket socket)
    {
        _socket = socket;
        if (socket.ProtocolType == ProtocolType.Tcp)
        {
            // With Nagle a beat waits for the acknowledgement of the one before. A Unix domain socket has no such thing.
            _noDelayBefore = socket.NoDelay;
            socket.NoDelay = true;
            _isTcp = OperatingSystem.IsLinux();
        }
    }

    /// <summary>Keeps what waits unsent in the kernel short, so that a beat does not wait behind it.</summary>
    public void LimitUnsent(int bytes)
    {
        lock (_gate)
        {
            if (_isTcp && !_isPutBack)
            {
                _unsentLimitBefore = TrySet(TcpNotSentLowWater, bytes, _unsentLimitBefore);
            }
        }
    }

    /// <summary>Repeats what was lost sooner than the kernel's doubling timeouts would, as far as the path's round trip and the bound call for it.</summary>
    public void RepairFaster(TimeSpan bound)
    {
        if (!_isTcp || s_hasNoRtoMax || !TcpInfoSnapshot.TryRead(_socket, out TcpInfoSnapshot kernel))
        {
            return;
        }

        TimeSpan? longest = RetransmissionPace.LongestTimeout(kernel.RoundTrip, bound, s_limits.Value);
        lock (_gate)
        {
            if (longest == _longestTimeout || _isPutBack)
            {
                return;
            }

            _longestTimeout = longest;
            if (longest is { } timeout)
            {
                _rtoMaxBefore = TrySet(TcpRtoMax, (int)Math.Ceiling(timeout.TotalMilliseconds), _rtoMaxBefore);
                _thinBefore = TrySet(TcpThinLinearTimeouts, 1, _thinBefore);
            }
            else
            {
                PutBackPace();
            }
        }
    }

    /// <summary>For a socket that stays open; nothing is set afterwards.</summary>
    public void PutBack()
    {
        lock (_gate)
        {
            _isPutBack = true;
            TryPutBack(TcpNotSentLowWater, _unsentLimitBefore);
            PutBackPace();
            if (_noDelayBefore is { } noDelay)
            {
                _socket.NoDelay = noDelay;
            }
        }
    }

    private void PutBackPace()
    {
        TryPutBack(TcpRtoMax, _rtoMaxBefore);
        TryPutBack(TcpThinLinearTimeouts, _thinBefore);
    }

    private void TryPutBack(int option, int? before)
    {
        if (before is { } value)
        {
            TrySet(option, value, before);
        }
    }

    /// <returns>What it was before it was first set; null where the kernel has no such option, or the connection has ended.</returns>
    private int? TrySet(int option, int value, int? before)
    {
        try
        {
            before ??= Get(option);
            Set(option, value);
            return before;
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // Asked once for the whole process, and not at every look of every connection.
            s_hasNoRtoMax |= option == TcpRtoMax && failure is SocketException { SocketErrorCode: SocketError.ProtocolOption };
            return before;
        }
    }

    private int Get(int option)
    {
        Span<byte> value = stackalloc byte[sizeof(int)];
        _socket.GetRawSocketOption(TcpLevel, option, value);
        return MemoryMarshal.Read<int>(value);
    }

    private void Set(int option, int value) => _socket.SetRawSocketOption(TcpLevel, option, MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in value)));
}
