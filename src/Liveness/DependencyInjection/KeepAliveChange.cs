using System.Net.Sockets;

namespace Liveness;

/// <summary>Changes the keepalive of a live connection without ending it: a user timeout shorter than the silence that is there would let one lost probe be the end (Linux).
/// So the probes are changed first, and the user timeout once the peer has been heard.</summary>
internal sealed class KeepAliveChange : IDisposable
{
    private static readonly TimeSpan s_pace = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Socket _socket;
    private readonly ConnectionMonitor _monitor;
    private readonly TimeProvider _timeProvider;
    private TcpKeepAlivePlan? _plan;
    private TcpKeepAlivePlan? _waiting;
    private ITimer? _timer;
    private bool _disposed;

    public KeepAliveChange(Socket socket, ConnectionMonitor monitor, LivenessSettings settings)
    {
        _socket = socket;
        _monitor = monitor;
        _timeProvider = settings.Kernel.TimeProvider;
        _plan = settings.KeepAlive;
    }

    /// <summary>Told what is in force then.</summary>
    public Action<TcpKeepAliveSettings>? OnApplied { get; init; }

    /// <summary>Puts a plan in force, in a moment or at once. Never throws: what can't be applied stays as it is.</summary>
    public void Apply(LivenessSettings settings)
    {
        lock (_gate)
        {
            if (_disposed || settings is not { KeepAlive: { } plan, KeepAliveProbes: { } probes } || _socket.ProtocolType != ProtocolType.Tcp || plan.Values == _plan?.Values)
            {
                return;
            }

            _plan = plan;
            if (plan.UserTimeout is not { } userTimeout || userTimeout == Timeout.InfiniteTimeSpan)
            {
                _waiting = null;
                TryApply(plan);
                return;
            }

            TryApply(probes);
            _waiting = plan;
            _timer ??= _timeProvider.CreateTimer(static state => ((KeepAliveChange)state!).Look(), this, s_pace, s_pace);
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

            if (_monitor.State is ConnectionState.Lost or ConnectionState.Closed || !TcpInfoSnapshot.TryRead(_socket, out TcpInfoSnapshot kernel))
            {
                StopNeedsLock();
                return;
            }

            // Where the kernel does not tell its ages, nothing is known of such an end.
            if (kernel.SinceAckReceived is not { } silence || silence < plan.UserTimeout / 4)
            {
                TryApply(plan);
                StopNeedsLock();
            }
        }
    }

    private void StopNeedsLock()
    {
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
