using System.Net;
using System.Net.Sockets;
using Liveness.KeepAlive;

namespace Liveness;

/// <summary>The options of a TCP socket that a heartbeat wants otherwise, and what they were before.</summary>
/// <remarks>What the kernel lacks is left alone: each is an improvement, none a condition.</remarks>
internal sealed class SocketTuning
{
    /// <summary>The same number everywhere.</summary>
    private const byte TcpNoDelay = 1;

    // Linux' numbers (linux/tcp.h), the last two since 6.15.
    private const byte TcpThinLinearTimeouts = 16;
    private const byte TcpNotSentLowWater = 25;
    private const byte TcpRtoMax = 44;
    private const byte TcpRtoMin = 45;

    private static readonly Lazy<KernelLimits> s_limits = new(KernelLimits.Read);

    /// <summary>
    /// An option that the kernel lacks is asked for once in the whole process, and not at every look of every connection.
    /// </summary>
    private static volatile bool s_hasNoRtoMax;
    private static volatile bool s_hasNoRtoMin;

    private readonly Lock _gate = new();
    private readonly Socket _socket;
    private readonly bool _isTcp;

    /// <summary>Guarded by the gate, as what follows.</summary>
    private TunedOption _noDelay = new(TcpNoDelay);
    private TunedOption _unsentLimit = new(TcpNotSentLowWater);
    private TunedOption _thin = new(TcpThinLinearTimeouts);
    private TunedOption _rtoMax = new(TcpRtoMax);
    private TunedOption _rtoMin = new(TcpRtoMin);
    private RetransmissionPace _pace;

    /// <summary>What comes late, from another thread, must not touch the owner's socket any more.</summary>
    private bool _isPutBack;

    public SocketTuning(Socket socket)
    {
        _socket = socket;
        if (socket.ProtocolType == ProtocolType.Tcp)
        {
            // With Nagle a beat waits for the acknowledgement of the one before. A Unix domain socket has no such thing.
            _noDelay.Set(socket, 1);
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
                _unsentLimit.Set(_socket, bytes);
            }
        }
    }

    /// <summary>
    /// Repeats what was lost sooner than the kernel's doubling timeouts would, as far as the path's round trip and the bound call for it.
    /// </summary>
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
                return _socket.AddressFamily == AddressFamily.InterNetworkV6
                    && _socket.RemoteEndPoint is IPEndPoint { Address.IsIPv4MappedToIPv6: false };
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
            _unsentLimit.PutBack(_socket);
            PutBackPace();
            _noDelay.PutBack(_socket);
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
            _rtoMax.PutBack(_socket);
            _thin.PutBack(_socket);
            return;
        }

        if (!s_hasNoRtoMax)
        {
            _rtoMax.Set(_socket, (int)Math.Ceiling(timeout.TotalMilliseconds));
            s_hasNoRtoMax |= _rtoMax.IsUnknown;
        }

        _thin.Set(_socket, 1);
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
            if (_rtoMin.Before(_socket) is { } before && before > microseconds
                && before <= DetectionTimes.ShortestRetransmissionTimeout.TotalMicroseconds)
            {
                _rtoMin.Set(_socket, microseconds);
            }

            s_hasNoRtoMin |= _rtoMin.IsUnknown;
        }
        else
        {
            _rtoMin.PutBack(_socket);
        }
    }

    private void PutBackPace()
    {
        SetLongest(null);
        SetLeast(null);
        _pace = default;
    }
}
