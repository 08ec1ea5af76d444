using System.Net;
using System.Net.Sockets;
using Liveness.KeepAlive;

namespace Liveness;

/// <summary>The options of a TCP socket that a heartbeat wants otherwise, and what they were before.</summary>
/// <remarks>What the kernel lacks is left alone: each is an improvement, none a condition. Every connection has one, so it is its own lock,
/// and shares what it knows with others of which the same is true.</remarks>
internal sealed class SocketTuning
{
    private static readonly Lazy<KernelLimits> s_limits = new(KernelLimits.Read);

    /// <summary>
    /// An option that the kernel lacks is asked for once in the whole process, and not at every look of every connection.
    /// </summary>
    private static volatile bool s_hasNoRtoMax;
    private static volatile bool s_hasNoRtoMin;

    private readonly Socket _socket;
    private readonly bool _isTcp;

    /// <summary>Under the lock.</summary>
    private SharedOptions _options = SharedOptions.Untouched;

    /// <summary>What comes late, from another thread, must not touch the owner's socket any more. Under the lock.</summary>
    private bool _isPutBack;

    public SocketTuning(Socket socket)
    {
        _socket = socket;
        if (socket.ProtocolType == ProtocolType.Tcp)
        {
            // With Nagle a beat waits for the acknowledgement of the one before. A Unix domain socket has no such thing.
            TunedOptions options = _options.Value;
            options.NoDelay.Set(socket, 1);
            _options = SharedOptions.Of(options);
            _isTcp = OperatingSystem.IsLinux();
        }
    }

    /// <summary>Keeps what waits unsent in the kernel short, so that a beat does not wait behind it.</summary>
    public void LimitUnsent(int bytes)
    {
        lock (this)
        {
            if (_isTcp && !_isPutBack)
            {
                TunedOptions options = _options.Value;
                options.UnsentLimit.Set(_socket, bytes);
                _options = SharedOptions.Of(options);
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
        lock (this)
        {
            if (pace != _options.Value.Pace && !_isPutBack)
            {
                TunedOptions options = _options.Value;
                SetPace(ref options, pace);
                _options = SharedOptions.Of(options);
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
        lock (this)
        {
            _isPutBack = true;
            TunedOptions options = _options.Value;
            options.UnsentLimit.PutBack(_socket);
            SetPace(ref options, default);
            options.NoDelay.PutBack(_socket);
            _options = SharedOptions.Of(options);
        }
    }

    private void SetPace(ref TunedOptions options, RetransmissionPace pace)
    {
        SetLongest(ref options, pace.Longest);
        SetLeast(ref options, pace.Least);
        options.Pace = pace;
    }

    /// <summary>Timeouts that do not double at first help on kernels, too, that can't limit the later ones.</summary>
    private void SetLongest(ref TunedOptions options, TimeSpan? longest)
    {
        if (longest == options.Pace.Longest)
        {
            return;
        }

        if (longest is not { } timeout)
        {
            options.RtoMax.PutBack(_socket);
            options.Thin.PutBack(_socket);
            return;
        }

        if (!s_hasNoRtoMax)
        {
            options.RtoMax.Set(_socket, (int)Math.Ceiling(timeout.TotalMilliseconds));
            s_hasNoRtoMax |= options.RtoMax.IsUnknown;
        }

        options.Thin.Set(_socket, 1);
    }

    private void SetLeast(ref TunedOptions options, TimeSpan? least)
    {
        if (least == options.Pace.Least || s_hasNoRtoMin)
        {
            return;
        }

        if (least is { } timeout)
        {
            // Who administers the system may want less than we do, or more than a socket may ask for: then it could not be put back.
            int microseconds = (int)timeout.TotalMicroseconds;
            if (options.RtoMin.Before(_socket) is { } before && before > microseconds
                && before <= DetectionTimes.ShortestRetransmissionTimeout.TotalMicroseconds)
            {
                options.RtoMin.Set(_socket, microseconds);
            }

            s_hasNoRtoMin |= options.RtoMin.IsUnknown;
        }
        else
        {
            options.RtoMin.PutBack(_socket);
        }
    }

    /// <summary>Immutable, and the same object for all connections that were changed in the same way, as nearly all of a process
    /// are.</summary>
    private sealed class SharedOptions(in TunedOptions value)
    {
        /// <summary>Those made last, by their hash: what is not found there is made anew, and does the same.</summary>
        private static readonly SharedOptions?[] s_known = new SharedOptions?[32];

        public static SharedOptions Untouched { get; } = new(new TunedOptions());

        public TunedOptions Value { get; } = value;

        public static SharedOptions Of(in TunedOptions value)
        {
            ref SharedOptions? place = ref s_known[(uint)value.GetHashCode() % (uint)s_known.Length];
            if (Volatile.Read(ref place) is { } known && known.Value == value)
            {
                return known;
            }

            SharedOptions made = new(value);
            Volatile.Write(ref place, made);
            return made;
        }
    }
}
