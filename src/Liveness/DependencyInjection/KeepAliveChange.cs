using System.Diagnostics;
using System.Net.Sockets;
using Liveness.KeepAlive;

namespace Liveness;

/// <summary>Changes the keepalive of a live connection without ending it: a user timeout shorter than the silence that is there would let
/// one lost probe be the end (Linux).
/// So the probes are changed first, and the user timeout once the peer has been heard.</summary>
/// <remarks>One thread at a time, the runner, asks and changes the socket, under no lock. Whoever comes meanwhile leaves word and goes: the
/// runner does it next, and of several plans the newest. So no plan is overwritten by an older one.</remarks>
internal sealed class KeepAliveChange : IDisposable
{
    private static readonly TimeSpan s_pace = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly IKeepAliveSocket _socket;
    private readonly ConnectionMonitor _monitor;
    private readonly TimeProvider _timeProvider;

    /// <summary>Under the lock. To be put in force; null = nothing new.</summary>
    private LivenessSettings? _newest;

    /// <summary>Under the lock.</summary>
    private bool _isLookDue;

    /// <summary>Under the lock.</summary>
    private bool _isDisposed;

    /// <summary>Under the lock. There is a runner.</summary>
    private bool _isRunning;

    /// <summary>The runner's.</summary>
    private KeepAliveTransition _transition;

    /// <summary>The runner's.</summary>
    private ITimer? _timer;

    public KeepAliveChange(IKeepAliveSocket socket, ConnectionMonitor monitor, LivenessSettings settings)
    {
        _socket = socket;
        _monitor = monitor;
        _timeProvider = GuardedTimeProvider.Of(settings.Kernel.TimeProvider);
        _transition = new KeepAliveTransition(settings.KeepAlive);
    }

    /// <summary>Told what is in force then, by one thread at a time.</summary>
    public Action<TcpKeepAliveSettings>? OnApplied { get; init; }

    /// <summary>Puts a plan in force, in a moment or at once. Never throws: what can't be applied stays as it is.</summary>
    public void Apply(LivenessSettings settings)
    {
        if (!_socket.IsTcp)
        {
            return;
        }

        lock (_gate)
        {
            _newest = settings;
            if (!MustRunNeedsLock())
            {
                return;
            }
        }

        Run();
    }

    /// <summary>Nothing more is begun; waits for nothing that has.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            if (!MustRunNeedsLock())
            {
                return;
            }
        }

        Run();
    }

    private void OnTimer()
    {
        lock (_gate)
        {
            _isLookDue = true;
            if (!MustRunNeedsLock())
            {
                return;
            }
        }

        Run();
    }

    private bool MustRunNeedsLock()
    {
        Debug.Assert(_gate.IsHeldByCurrentThread);
        bool must = !_isRunning;
        _isRunning = true;
        return must;
    }

    private void Run()
    {
        while (TakeNext(out LivenessSettings? settings))
        {
            if (settings is not null)
            {
                Change(settings);
            }
            else
            {
                Look();
            }
        }
    }

    /// <param name="settings">To be put in force; null = a look is due.</param>
    /// <returns>False = there is nothing left to do, and no runner.</returns>
    private bool TakeNext(out LivenessSettings? settings)
    {
        lock (_gate)
        {
            settings = _newest;
            bool isAny = settings is not null || _isLookDue;
            _newest = null;
            _isLookDue = false;
            if (!_isDisposed)
            {
                return _isRunning = isAny;
            }
        }

        // The last runner stays it: nothing is begun any more.
        _timer?.Dispose();
        return false;
    }

    private void Change(LivenessSettings settings)
    {
        if (_transition.Change(settings) is not { } atOnce)
        {
            return;
        }

        TryApply(atOnce);
        if (_transition.Waiting is null)
        {
            _timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return;
        }

        _timer ??= Detached.CreateTimer(_timeProvider, static state => ((KeepAliveChange)state!).OnTimer(), this, s_pace, s_pace);
        _timer.Change(s_pace, s_pace);
    }

    private void Look()
    {
        if (_transition.Waiting is not { } plan)
        {
            return;
        }

        bool isOver = _monitor.State is LivenessState.Lost or LivenessState.Closed;
        if (isOver || !_socket.TryReadSilence(out TimeSpan? silence))
        {
            Stop();
        }
        else if (_transition.IsTime(silence))
        {
            TryApply(plan);
            Stop();
        }
    }

    private void Stop()
    {
        _transition.End();
        _timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private void TryApply(TcpKeepAlivePlan plan)
    {
        try
        {
            OnApplied?.Invoke(_socket.Apply(plan));
        }
        catch (Exception failure) when (failure is TcpKeepAliveException or SocketException or ObjectDisposedException)
        {
            // The connection is over, or this kernel takes less than was asked for: what was in force before stays.
            return;
        }
    }
}
