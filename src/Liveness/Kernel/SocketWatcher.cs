using System.Net;
using System.Net.Sockets;
using Liveness.Diagnostics;
using Liveness.KeepAlive;
using Microsoft.Extensions.Logging;

namespace Liveness.Kernel;

/// <summary>Watches a TCP socket by what the kernel knows of it, without a byte of its own and without help from the peer: you are told,
/// once and with the reason, that the connection has ended, also where no read is posted.</summary>
/// <remarks>
/// <para>It applies kernel keepalive, and looks at the kernel's record of the connection every second, every quarter of a second while a
/// probe is out or data is unacknowledged.
/// It takes neither data nor the pending error away: your next read or write fails, or returns, as it would have.</para>
/// <para>The end is one of: <see cref="KeepAliveTimedOut"/> (the kernel gave up), <see cref="NetworkUnreachable"/> (it gave up, or had to
/// by now, and the interface with our own address is down), <see cref="ConnectionReset"/>; <see cref="LivenessState.Closed"/> without a
/// loss where the peer has closed its side (unread data stays readable, and is no longer watched), or you close the socket. While you still
/// send, the peer's half close is no end: it is watched until everything is acknowledged and nothing was sent for 10 s.
/// Kind and diagnosis are inferred from counters: none of these losses is <see cref="LossCertainty.Proven"/>. A half close of your own is
/// no end.</para>
/// <para>A loss is told within the kernel's own limit (<see cref="TcpKeepAliveSettings.Detection"/>) and a second, a reset or a close
/// within a second.
/// <see cref="LivenessState.Suspect"/> warns before: an unanswered probe, or two retransmissions in a row to which nothing came.
/// <see cref="ConnectionConditions.PeerNotConsuming"/> says that the peer's kernel answers and its application does not read: for 30 s, or
/// half of what the kernel allows.
/// <see cref="ConnectionConditions.DataUnacknowledged"/> says that the peer is heard again and again, and its kernel acknowledges nothing
/// of what was written: for as long, and four retransmission timeouts at least.</para>
/// <para>What it can't see: whether the peer's <em>process</em> answers (its kernel does, while it hangs), and anything behind a proxy.
/// Windows and macOS show neither probes nor the answers to them: there an idle connection is never suspect, and reported as reset where
/// keepalive ended it; a reset that your own read has met first may count as closed.</para>
/// <para>The socket stays yours: disposing the monitor ends the watching only, and leaves keepalive as it was applied.
/// <see cref="ConnectionLoss.Silence"/> counts acknowledgements as heard, and includes pauses of this process, in which the kernel went
/// on.</para>
/// </remarks>
public sealed class SocketWatcher : IAsyncDisposable
{
    private readonly SocketLooks _looks;

    internal SocketWatcher(
        IWatchedSocket socket,
        in TcpInfoSnapshot first,
        TcpKeepAliveSettings inForce,
        TcpKeepAliveResult? applied,
        TimeProvider timeProvider,
        ILogger? logger,
        ConnectionMetrics? metrics = null,
        EndPoint? remote = null)
    {
        KeepAlive = applied;
        _looks = new SocketLooks(socket, first, inForce, LivenessScheduler.For(timeProvider), logger, metrics, remote);
    }

    /// <summary>
    /// The passive handle to the connection's state, its one terminal event and its measurements. It can't probe: the kernel does.
    /// </summary>
    public ConnectionMonitor Monitor => _looks.Monitor;

    /// <summary>What became of <see cref="SocketWatcherOptions.KeepAlive"/>; null where the socket's settings were left alone.</summary>
    public TcpKeepAliveResult? KeepAlive { get; }

    /// <summary>Applies keepalive to a connected TCP socket, and watches it from now on.</summary>
    /// <param name="socket">Connected or accepted. Stays yours, to read, write and close.</param>
    /// <param name="options">Null = all defaults. Read now; later changes have no effect.</param>
    /// <exception cref="ArgumentNullException"><paramref name="socket"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range or contradicts another. Nothing was set.</exception>
    /// <exception cref="ArgumentException">The socket is no connected TCP socket.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    /// <exception cref="PlatformNotSupportedException">This system does not tell what it knows of a connection (Linux, Android, Windows 10
    /// version 1703 and macOS do), or tells what can't be true, as sandboxes do.
    /// The socket is as it was, and still connected.</exception>
    /// <exception cref="TcpKeepAliveException">Under <see cref="TcpKeepAlivePolicy.Require"/>: keepalive can't be put in force in full. The
    /// socket is as it was.</exception>
    /// <example>
    /// <code>
    /// SocketWatcherOptions options = new() { KeepAlive = new TcpKeepAliveOptions { DetectWithin = TimeSpan.FromSeconds(60) } };
    /// await using SocketWatcher watcher = SocketWatcher.Start(socket, options);
    /// watcher.Monitor.ConnectionLost += (_, e) =&gt; Console.WriteLine(e.Loss);
    /// return await watcher.Monitor.Completion;
    /// </code>
    /// </example>
    public static SocketWatcher Start(Socket socket, SocketWatcherOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(socket);
        options ??= new SocketWatcherOptions();
        SocketWatcherOptionsRules.Check(options, KeepAlivePlatforms.Current).ThrowIfAny();
        WatchedSocket watched = new(socket);
        TcpInfoSnapshot first = FirstLook.At(socket, watched);
        LocalNetwork.Remember(socket);

        // Its bound is that of the application's own keepalive, not of what a side channel has turned on for a while.
        KeepAliveOwner.Shared.Yield(socket);
        TcpKeepAliveResult? applied = options.KeepAlive is { } keepAlive ? socket.ApplyTcpKeepAlive(keepAlive) : null;
        ConnectionMetrics metrics = ConnectionMetrics.For(
            options.MeterFactory, options.Name, ConnectionMode.KernelOnly, options.TimeProvider);
        TcpKeepAliveSettings inForce = applied?.InForce ?? TcpKeepAlive.Read(socket);
        SocketWatcher monitor = new(
            watched, first, inForce, applied, options.TimeProvider, options.Logger, metrics, RemoteName.Of(socket));
        monitor.Begin();
        return monitor;
    }

    /// <summary>
    /// Stops watching: the monitor is then <see cref="LivenessState.Closed"/>, unless the connection has ended before. The socket is not
    /// touched, and keeps the keepalive that it has.
    /// </summary>
    /// <remarks>
    /// No handler is started after it returns; a handler that is running is waited for, unless it is the caller, for 5 s. Never throws; may
    /// be called more than once, from any thread.
    /// </remarks>
    public ValueTask DisposeAsync()
    {
        bool isInsideHandler = Monitor.IsInsideHandler;
        _looks.End(null);
        return Monitor.DrainAsync(isInsideHandler, MonitorDefaults.HandlerPatience, _looks.TimeProvider);
    }

    /// <summary>The watching begins.</summary>
    internal void Begin() => _looks.Begin(KeepAlive);

    /// <summary>Somebody has set the socket's keepalive anew.</summary>
    internal void NoteKeepAlive(TcpKeepAliveSettings inForce) => _looks.NoteKeepAlive(inForce);
}
