using System.Diagnostics;
using System.Net.Sockets;

namespace Liveness.KeepAlive;

/// <summary>The one owner of the keepalive that watching turns on: counted by socket, whoever watches it. All or nothing; nothing that the
/// application has set is touched, and only what is still ours is put back.</summary>
/// <remarks>A witness never ends a connection. So it asks only where the application has neither keepalive nor a user timeout of its own
/// (both would end it by our probes), by a count that is never reached, and not at all once most of the count is used up. Linux only: other
/// kernels don't show the answers.</remarks>
internal sealed class KeepAliveOwner
{
    /// <summary>Linux' largest.</summary>
    public const int ProbeCount = 127;

    /// <summary>Of so many unanswered probes the witness has long said what it has to say.</summary>
    private const int MostUnanswered = 100;

    private readonly Lock _gate = new();

    /// <summary>Guarded by the gate, as are the options of the sockets in it.</summary>
    private readonly Dictionary<SocketIdentity, Holding> _holdings = [];

    /// <summary>Guarded by the gate. The newest that an application had.</summary>
    private KeepAliveNumbers? _newestBefore;

    /// <summary>Guarded by the gate. The newest that were set for the watching.</summary>
    private KeepAliveNumbers? _newestOurs;

    /// <summary>Guarded by the gate. As a rule all sockets are held alike: then they share one object.</summary>
    private Holding? _newest;

    public static KeepAliveOwner Shared { get; } = new();

    /// <summary>How many sockets are held.</summary>
    internal int Count
    {
        get
        {
            lock (_gate)
            {
                return _holdings.Count;
            }
        }
    }

    /// <summary>
    /// Makes the kernel ask, unless it does already. To be released where the answer is <see cref="WitnessAsking.ForUs"/> or
    /// <see cref="WitnessAsking.ForUsSooner"/>.
    /// </summary>
    /// <param name="identity">Of the socket.</param>
    /// <param name="socket">Its options.</param>
    /// <param name="idle">Silence before the first probe, in seconds. Of several claims the shortest counts, until the last is
    /// released.</param>
    /// <param name="interval">Between unanswered probes, in seconds.</param>
    /// <param name="bound">Within which two probes of an own keepalive have to be unanswered, for it to be as good.</param>
    public WitnessAsking Claim(SocketIdentity identity, ISocketOptions socket, int idle, int interval, TimeSpan bound)
    {
        lock (_gate)
        {
            Holding? held = _holdings.GetValueOrDefault(identity);
            try
            {
                if (Read(socket, KeepAlivePlatforms.Linux.UserTimeout!.Options[0]) != 0)
                {
                    return WitnessAsking.UserTimeoutIsSet;
                }

                KeepAliveNumbers now = Read(socket);
                bool isOurs = held?.Ours is { } ours && now == ours;
                if (now.Enabled && !isOurs)
                {
                    return TimeSpan.FromSeconds(now.Idle + (2L * now.Interval)) <= bound
                        ? WitnessAsking.ForTheApplication
                        : WitnessAsking.OwnKeepAliveIsSlow;
                }

                KeepAliveNumbers wanted = isOurs
                    ? now with { Idle = Math.Min(now.Idle, idle), Interval = Math.Min(now.Interval, interval) }
                    : new KeepAliveNumbers(true, idle, interval, ProbeCount);
                wanted = Shares(wanted, ref _newestOurs);
                if (wanted != now && !TrySet(socket, now, wanted))
                {
                    return WitnessAsking.Refused;
                }

                KeepAliveNumbers before = isOurs ? held!.Before! : Shares(now, ref _newestBefore);
                HoldNeedsLock(identity, new Holding((held?.Claims ?? 0) + 1, before, wanted));
                return AskingFor(idle, wanted);
            }
            catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
            {
                return WitnessAsking.Refused;
            }
        }
    }

    /// <summary>The last one to release it turns it off again.</summary>
    public void Release(SocketIdentity identity, ISocketOptions socket)
    {
        lock (_gate)
        {
            if (!_holdings.TryGetValue(identity, out Holding? held))
            {
                return;
            }

            if (held.Claims > 1)
            {
                HoldNeedsLock(identity, held with { Claims = held.Claims - 1 });
                return;
            }

            _holdings.Remove(identity);
            PutBack(socket, held);
        }
    }

    /// <summary>
    /// Somebody is about to set keepalive, or to read what is in force: from now on it is theirs. Those who have claimed it are told at
    /// their next look.
    /// </summary>
    public void Yield(Socket socket)
    {
        lock (_gate)
        {
            if (_holdings.Count == 0)
            {
                return;
            }
        }

        Yield(SocketIdentity.Of(socket), new SystemSocketOptions(socket));
    }

    public void Yield(SocketIdentity identity, ISocketOptions socket)
    {
        lock (_gate)
        {
            YieldNeedsLock(identity, socket);
        }
    }

    /// <summary>
    /// At each look, of a socket that was claimed: does the kernel still ask for us? Where probes are unanswered, one is sent at once, and
    /// those that follow count from it.
    /// </summary>
    /// <remarks>The timers of sockets that were turned on together expire together, on a few milliseconds; thousands of probes at a time
    /// overflow this host's own queues, and the same ones every time.
    /// Asking again at each socket's own turn takes them apart.</remarks>
    /// <param name="identity">Of the socket.</param>
    /// <param name="socket">Its options.</param>
    /// <param name="unanswered">Probes.</param>
    /// <param name="idle">As claimed.</param>
    public WitnessAsking Look(SocketIdentity identity, ISocketOptions socket, int unanswered, int idle)
    {
        lock (_gate)
        {
            if (_holdings.GetValueOrDefault(identity)?.Ours is not { } ours)
            {
                return WitnessAsking.TakenOver;
            }

            try
            {
                bool hasUserTimeout = Read(socket, KeepAlivePlatforms.Linux.UserTimeout!.Options[0]) != 0;
                if (!hasUserTimeout && unanswered == 0)
                {
                    return AskingFor(idle, ours);
                }

                KernelOption option = KeepAlivePlatforms.Linux.Idle!.Options[0];
                if (hasUserTimeout || unanswered >= MostUnanswered || Read(socket, option) != ours.Idle)
                {
                    YieldNeedsLock(identity, socket);
                    return hasUserTimeout ? WitnessAsking.UserTimeoutIsSet : WitnessAsking.TakenOver;
                }

                socket.Set(option, ours.Idle);
            }
            catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
            {
                // It is closed, or has failed: the next look tells.
                return AskingFor(idle, ours);
            }

            return AskingFor(idle, ours);
        }
    }

    private void HoldNeedsLock(SocketIdentity identity, Holding holding)
    {
        Debug.Assert(_gate.IsHeldByCurrentThread);
        _newest = holding == _newest ? _newest : holding;
        if (_holdings.Count == _holdings.Capacity)
        {
            // Doubled, half of it may lie idle: there may be thousands, and for long.
            _holdings.EnsureCapacity(_holdings.Count + Math.Max(8, _holdings.Count / 8));
        }

        _holdings[identity] = _newest;
    }

    private static WitnessAsking AskingFor(int idle, KeepAliveNumbers ours) =>
        ours.Idle < idle ? WitnessAsking.ForUsSooner : WitnessAsking.ForUs;

    private void YieldNeedsLock(SocketIdentity identity, ISocketOptions socket)
    {
        Debug.Assert(_gate.IsHeldByCurrentThread);
        if (_holdings.TryGetValue(identity, out Holding? held) && held.Ours is not null)
        {
            HoldNeedsLock(identity, held with { Before = null, Ours = null });
            PutBack(socket, held);
        }
    }

    /// <summary>What has been changed meanwhile stays, and with it the switch: who sets the numbers means keepalive to be on.</summary>
    private static void PutBack(ISocketOptions socket, Holding held)
    {
        if (held is not { Ours: { } ours, Before: { } before })
        {
            return;
        }

        try
        {
            KeepAliveNumbers now = Read(socket);
            if (now == ours)
            {
                socket.Set(KeepAlivePlatforms.Linux.Enabled, before.Enabled ? 1 : 0);
            }

            PutBack(socket, KeepAlivePlatforms.Linux.Idle!, now.Idle, ours.Idle, before.Idle);
            PutBack(socket, KeepAlivePlatforms.Linux.Interval!, now.Interval, ours.Interval, before.Interval);
            PutBack(socket, KeepAlivePlatforms.Linux.ProbeCount!, now.Count, ours.Count, before.Count);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // It is closed, or has failed: there is nothing left to put back.
        }
    }

    private static void PutBack(ISocketOptions socket, KeepAliveSlot slot, int now, int ours, int before)
    {
        if (now == ours && now != before)
        {
            socket.Set(slot.Options[0], before);
        }
    }

    /// <summary>All or nothing.</summary>
    private static bool TrySet(ISocketOptions socket, KeepAliveNumbers before, KeepAliveNumbers wanted)
    {
        try
        {
            socket.Set(KeepAlivePlatforms.Linux.Idle!.Options[0], wanted.Idle);
            socket.Set(KeepAlivePlatforms.Linux.Interval!.Options[0], wanted.Interval);
            socket.Set(KeepAlivePlatforms.Linux.ProbeCount!.Options[0], wanted.Count);
            socket.Set(KeepAlivePlatforms.Linux.Enabled, wanted.Enabled ? 1 : 0);
            if (Read(socket) == wanted)
            {
                return true;
            }
        }
        catch (SocketException)
        {
            // One is refused: those before it are put back below.
            PutBack(socket, new Holding(0, before, wanted));
            return false;
        }

        PutBack(socket, new Holding(0, before, wanted));
        return false;
    }

    /// <summary>As a rule all sockets have the same numbers: then they share one object.</summary>
    private static KeepAliveNumbers Shares(KeepAliveNumbers numbers, ref KeepAliveNumbers? newest) =>
        numbers == newest ? newest : newest = numbers;

    private static KeepAliveNumbers Read(ISocketOptions socket) => new(
        Read(socket, KeepAlivePlatforms.Linux.Enabled) != 0,
        Read(socket, KeepAlivePlatforms.Linux.Idle!.Options[0]),
        Read(socket, KeepAlivePlatforms.Linux.Interval!.Options[0]),
        Read(socket, KeepAlivePlatforms.Linux.ProbeCount!.Options[0]));

    private static int Read(ISocketOptions socket, KernelOption option) => socket.Get(option);

    /// <param name="Claims">How many have claimed it and not released it.</param>
    /// <param name="Before">What the application had; null = it has been given back.</param>
    /// <param name="Ours">What was set for the watching; null = it has been given back.</param>
    private sealed record Holding(int Claims, KeepAliveNumbers? Before, KeepAliveNumbers? Ours);
}
