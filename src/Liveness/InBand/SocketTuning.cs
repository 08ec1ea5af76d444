using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Liveness;

/// <summary>The options of a TCP socket that a heartbeat wants otherwise, and what they were before.</summary>
/// <remarks>What the kernel lacks is left alone: each is an improvement, none a condition.</remarks>
internal sealed class SocketTuning
{
    // Linux' numbers (linux/tcp.h), the last two since 6.15.
    private const int TcpLevel = 6;
    private const int TcpThinLinearTimeouts = 16;
    private const int TcpNotSentLowWater = 25;
    private const int TcpRtoMax = 44;
    private const int TcpRtoMin = 45;

    private static readonly Lazy<KernelLimits> s_limits = new(KernelLimits.Read);

    /// <summary>An option that the kernel lacks is asked for once in the whole process, and not at every look of every connection.</summary>
    private static volatile bool s_hasNoRtoMax;
    private static volatile bool s_hasNoRtoMin;

    private readonly Lock _gate = new();
    private readonly Socket _socket;
    private readonly bool _isTcp;
    private readonly bool? _noDelayBefore;
    private int? _unsentLimitBefore;
    private int? _thinBefore;
    private int? _rtoMaxBefore;
    private int? _rtoMinBefore;
    private RetransmissionPace _pace;

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
    /// <param name="bound">Within which the loss of the peer is to be known.</param>
    /// <param name="isQuiet">Little is sent.</param>
    /// <returns>What the kernel said then; null where it was not asked.</returns>
    public TcpInfoSnapshot? RepairFaster(TimeSpan bound, bool isQuiet)
    {
        if (!_isTcp || !TcpInfoSnapshot.TryRead(_socket, out TcpInfoSnapshot kernel))
        {
            return null;
        }

        RetransmissionPace pace = RetransmissionPace.For(kernel.RoundTrip, bound, isQuiet, s_limits.Value);
        lock (_gate)
        {
            if (pace != _pace && !_isPutBack)
            {
                SetLongest(pace.Longest);
                SetLeast(pace.Least);
                _pace = pace;
            }
        }

        return IsOverIPv6 ? kernel : kernel with { PathRehashes = null };
    }

    /// <summary>Over IPv4 the kernel counts the same draws, but no router sees them.</summary>
    private bool IsOverIPv6
    {
        get
        {
            try
            {
                return _socket.AddressFamily == AddressFamily.InterNetworkV6 && _socket.RemoteEndPoint is IPEndPoint { Address.IsIPv4MappedToIPv6: false };
            }
            catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
            {
                // Over already: nothing changes its path any more.
                return false;
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

    /// <summary>Timeouts that do not double at first help on kernels, too, that can't limit the later ones.</summary>
    private void SetLongest(TimeSpan? longest)
    {
        if (longest == _pace.Longest)
        {
            return;
        }

        if (longest is not { } timeout)
        {
            TryPutBack(TcpRtoMax, _rtoMaxBefore);
            TryPutBack(TcpThinLinearTimeouts, _thinBefore);
            return;
        }

        if (!s_hasNoRtoMax)
        {
            _rtoMaxBefore = TrySet(TcpRtoMax, (int)Math.Ceiling(timeout.TotalMilliseconds), _rtoMaxBefore);
        }

        _thinBefore = TrySet(TcpThinLinearTimeouts, 1, _thinBefore);
    }

    private void SetLeast(TimeSpan? least)
    {
        if (least == _pace.Least || s_hasNoRtoMin)
        {
            return;
        }

        if (least is { } timeout)
        {
            // Who administers the system may want less than we do, or more than a socket may ask for: then it could not be put back.
            int microseconds = (int)timeout.TotalMicroseconds;
            if ((_rtoMinBefore ?? TryGet(TcpRtoMin)) is { } before && before > microseconds && before <= DetectionTimes.ShortestRetransmissionTimeout.TotalMicroseconds)
            {
                _rtoMinBefore = TrySet(TcpRtoMin, microseconds, before);
            }
        }
        else
        {
            TryPutBack(TcpRtoMin, _rtoMinBefore);
        }
    }

    private void PutBackPace()
    {
        SetLongest(null);
        SetLeast(null);
        _pace = default;
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
        before ??= TryGet(option);
        if (before is not null)
        {
            try
            {
                Set(option, value);
            }
            catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
            {
                // The connection has ended: nothing is repeated any more.
            }
        }

        return before;
    }

    /// <returns>Null where the kernel has no such option, or the connection has ended.</returns>
    private int? TryGet(int option)
    {
        try
        {
            return Get(option);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            bool isUnknown = failure is SocketException { SocketErrorCode: SocketError.ProtocolOption };
            s_hasNoRtoMax |= option == TcpRtoMax && isUnknown;
            s_hasNoRtoMin |= option == TcpRtoMin && isUnknown;
            return null;
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
