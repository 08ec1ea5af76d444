using System.Net.Sockets;
using Liveness.KeepAlive;

namespace Liveness;

/// <summary>The options of a TCP socket that a heartbeat wants otherwise, and what they were before.</summary>
/// <remarks>What the kernel lacks is left alone: each is an improvement, none a condition. A part of its transport, which is its lock, and
/// which knows the socket, always the same one. It shares what it knows with others of which the same is true. Never copy it.</remarks>
internal struct SocketTuning
{
    private static readonly Lazy<KernelLimits> s_limits = new(KernelLimits.Read);

    /// <summary>
    /// An option that the kernel lacks is asked for once in the whole process, and not at every look of every connection.
    /// </summary>
    private static volatile bool s_hasNoRtoMax;
    private static volatile bool s_hasNoRtoMin;

    /// <summary>Null once they are put back: what comes late, from another thread, must not touch the owner's socket any more. Under the
    /// lock.</summary>
    private SharedOptions? _options = SharedOptions.Untouched;

    public SocketTuning(Socket socket)
    {
        if (socket.ProtocolType == ProtocolType.Tcp)
        {
            // With Nagle a beat waits for the acknowledgement of the one before. A Unix domain socket has no such thing.
            TunedOptions options = _options.Value;
            options.NoDelay.Set(socket, 1);
            _options = SharedOptions.Of(options);
        }
    }

    /// <summary>Keeps what waits unsent in the kernel short, so that a beat does not wait behind it.</summary>
    public void LimitUnsent(Socket socket, object gate, int bytes)
    {
        lock (gate)
        {
            if (_options is { } known && IsTunable(socket))
            {
                TunedOptions options = known.Value;
                options.UnsentLimit.Set(socket, bytes);
                _options = SharedOptions.Of(options);
            }
        }
    }

    /// <summary>
    /// Repeats what was lost sooner than the kernel's doubling timeouts would, as far as the path's round trip and the bound call for it.
    /// </summary>
    /// <param name="socket">The owner's.</param>
    /// <param name="gate">The lock.</param>
    /// <param name="bound">Within which the loss of the peer is to be known.</param>
    /// <param name="isQuiet">Little is sent.</param>
    /// <returns>What the kernel said then; null where it was not asked.</returns>
    public TcpInfoSnapshot? RepairFaster(Socket socket, object gate, TimeSpan bound, bool isQuiet)
    {
        if (!IsTunable(socket) || !TcpInfoSnapshot.TryRead(socket, out TcpInfoSnapshot kernel))
        {
            return null;
        }

        RetransmissionPace pace = RetransmissionPace.For(kernel.RoundTrip, bound, isQuiet, s_limits.Value);
        lock (gate)
        {
            if (_options is { } known && pace != known.Value.Pace)
            {
                TunedOptions options = known.Value;
                SetPace(socket, ref options, pace);
                _options = SharedOptions.Of(options);
            }
        }

        return IsOverIPv6(socket) ? kernel : kernel with { PathRehashes = null };
    }

    /// <summary>Over IPv4 the kernel counts the same draws, but no router sees them.</summary>
    private static bool IsOverIPv6(Socket socket)
    {
        try
        {
            return socket.AddressFamily == AddressFamily.InterNetworkV6
                && SocketName.Read(socket, ofPeer: true) is { IsIPv4: false };
        }
        catch (ObjectDisposedException)
        {
            // Over already: nothing changes its path any more.
            return false;
        }
    }

    /// <summary>For a socket that stays open; nothing is set afterwards.</summary>
    public void PutBack(Socket socket, object gate)
    {
        lock (gate)
        {
            if (_options is not { } known)
            {
                return;
            }

            TunedOptions options = known.Value;
            options.UnsentLimit.PutBack(socket);
            SetPace(socket, ref options, default);
            options.NoDelay.PutBack(socket);
            _options = null;
        }
    }

    /// <returns>False where its owner closes it in this very moment: then nobody needs its options any more.</returns>
    public static bool TrySetBlocking(Socket socket, bool value)
    {
        try
        {
            socket.Blocking = value;
            return true;
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    private static bool IsTunable(Socket socket) => OperatingSystem.IsLinux() && socket.ProtocolType == ProtocolType.Tcp;

    private static void SetPace(Socket socket, ref TunedOptions options, RetransmissionPace pace)
    {
        SetLongest(socket, ref options, pace.Longest);
        SetLeast(socket, ref options, pace.Least);
        options.Pace = pace;
    }

    /// <summary>Timeouts that do not double at first help on kernels, too, that can't limit the later ones.</summary>
    private static void SetLongest(Socket socket, ref TunedOptions options, TimeSpan? longest)
    {
        if (longest == options.Pace.Longest)
        {
            return;
        }

        if (longest is not { } timeout)
        {
            options.RtoMax.PutBack(socket);
            options.Thin.PutBack(socket);
            return;
        }

        if (!s_hasNoRtoMax)
        {
            options.RtoMax.Set(socket, (int)Math.Ceiling(timeout.TotalMilliseconds));
            s_hasNoRtoMax |= options.RtoMax.IsUnknown;
        }

        options.Thin.Set(socket, 1);
    }

    private static void SetLeast(Socket socket, ref TunedOptions options, TimeSpan? least)
    {
        if (least == options.Pace.Least || s_hasNoRtoMin)
        {
            return;
        }

        if (least is { } timeout)
        {
            // Who administers the system may want less than we do, or more than a socket may ask for: then it could not be put back.
            int microseconds = (int)timeout.TotalMicroseconds;
            if (options.RtoMin.Before(socket) is { } before && before > microseconds
                && before <= DetectionTimes.ShortestRetransmissionTimeout.TotalMicroseconds)
            {
                options.RtoMin.Set(socket, microseconds);
            }

            s_hasNoRtoMin |= options.RtoMin.IsUnknown;
        }
        else
        {
            options.RtoMin.PutBack(socket);
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
