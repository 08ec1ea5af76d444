using System.Diagnostics;
using System.Net.Sockets;

namespace Liveness;

/// <summary>Changes the keepalive of a live connection without ending it: a user timeout shorter than the silence that is there would let
/// one lost probe be the end (Linux).
/// So the probes are changed first, and the user timeout once the peer has been heard.</summary>
internal sealed class KeepAliveChange : IDisposable
{
    private static readonly TimeSpan s_pace = TimeSpan.FromSeconds(1);
    private static readonly Lazy<TcpKeepAlivePlan> s_off = new(() =>
        TcpKeepAlivePlan.Create(
            new TcpKeepAliveOptions { Enabled = false, UserTimeout = Timeout.InfiniteTimeSpan, Policy = TcpKeepAlivePolicy.BestEffort }));

    private readonly Lock _gate = new();
    private readonly Socket _socket;
    private readonly ConnectionMonitor _monitor;
    private readonly TimeProvider _timeProvider;

    /// <summary>Under the lock.</summary>
    private TcpKeepAlivePlan? _plan;

    /// <summary>Under the lock.</summary>
    private TcpKeepAlivePlan? _waiting;

    /// <summary>A silence as long as this ends the connection by the old user timeout as well as by the new one. Under the lock.</summary>
    private TimeSpan _longest;

    /// <summary>Under the lock.</summary>
    private ITimer? _timer;

    /// <summary>Under the lock.</summary>
    private bool _disposed;

    public KeepAliveChange(Socket socket, ConnectionMonitor monitor, LivenessSettings settings)
    {
        _socket = socket;
        _monitor = monitor;
        _timeProvider = GuardedTimeProvider.Of(settings.Kernel.TimeProvider);
        _plan = settings.KeepAlive;
    }

    /// <summary>Told what is in force then.</summary>
    public Action<TcpKeepAliveSettings>? OnApplied { get; init; }

    /// <summary>Puts a plan in force, in a moment or at once. Never throws: what can't be applied stays as it is.</summary>
    public void Apply(LivenessSettings settings)
    {
        lock (_gate)
        {
            if (_disposed || _socket.ProtocolType != ProtocolType.Tcp || settings.KeepAlive?.Values == _plan?.Values)
            {
                return;
            }

            TcpKeepAlivePlan plan = settings.KeepAlive ?? s_off.Value;
            _longest = Longer(_plan?.UserTimeout, plan.UserTimeout);
            _plan = settings.KeepAlive;
            _waiting = null;
            if (settings.KeepAliveProbes is not { } probes || plan.UserTimeout is not { } userTimeout
                || userTimeout == Timeout.InfiniteTimeSpan)
            {
                TryApply(plan);
                return;
            }

            TryApply(probes);
            _waiting = plan;
            _timer ??= Detached.CreateTimer(_timeProvider, static state => ((KeepAliveChange)state!).Look(), this, s_pace, s_pace);
            _timer.Change(s_pace, s_pace);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            StopNeedsLock();
            _timer?.Dispose();
        }
    }

    private void Look()
    {
        lock (_gate)
        {
            if (_disposed || _waiting is not { } plan)
            {
                return;
            }

            if (_monitor.State is ConnectionState.Lost or ConnectionState.Closed
                || !TcpInfoSnapshot.TryRead(_socket, out TcpInfoSnapshot kernel))
            {
                StopNeedsLock();
                return;
            }

            if (IsTime(kernel.SinceAckReceived, plan.UserTimeout ?? TimeSpan.Zero, _longest))
            {
                TryApply(plan);
                StopNeedsLock();
            }
        }
    }

    /// <summary>
    /// Where the kernel does not tell its ages, nothing is known of such an end. A peer that stays silent for all that time is given up:
    /// data in flight keeps the probes back.
    /// </summary>
    /// <param name="silence">Since the last acknowledgement.</param>
    /// <param name="userTimeout">That waits to be put in force.</param>
    /// <param name="longest">The longer one of the old user timeout and the new.</param>
    internal static bool IsTime(TimeSpan? silence, TimeSpan userTimeout, TimeSpan longest) =>
        silence is not { } known || known < userTimeout / 4 || known >= longest;

    private static TimeSpan Longer(TimeSpan? before, TimeSpan? after)
    {
        TimeSpan one = before is { } old && old != Timeout.InfiniteTimeSpan ? old : TimeSpan.Zero;
        return after is { } other && other > one ? other : one;
    }

    private void StopNeedsLock()
    {
        Debug.Assert(_gate.IsHeldByCurrentThread);
        _waiting = null;
        _timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private void TryApply(TcpKeepAlivePlan plan)
    {
        try
        {
            OnApplied?.Invoke(_socket.ApplyTcpKeepAlive(plan).InForce);
        }
        catch (Exception failure) when (failure is TcpKeepAliveException or SocketException or ObjectDisposedException)
        {
            // The connection is over, or this kernel takes less than was asked for: what was in force before stays.
            return;
        }
    }
}
