using System.Net;
using System.Net.Sockets;
using Liveness.Diagnostics;
using Liveness.KeepAlive;
using Microsoft.Extensions.Logging;

namespace Liveness.Kernel;

/// <summary>Watches a TCP socket by the kernel's state of it, without sending a byte and without help from the peer. You learn that the
/// connection has ended, once and with the reason, also when no read is pending.</summary>
/// <remarks>
/// <para>It applies kernel keepalive, and looks at the kernel's state of the connection every second, or every quarter of a second while a
/// probe or data is unacknowledged. It takes away neither data nor the pending error: your next read or write completes or fails as it
/// would have without the watcher.</para>
/// <para>The end is one of: <see cref="KeepAliveTimedOut"/> (the kernel gave up), <see cref="NetworkUnreachable"/> (it gave up, or had to
/// by now, and the interface with our own address is down), <see cref="ConnectionReset"/>; <see cref="LivenessState.Closed"/> without a
/// loss where the peer has closed its side (unread data stays readable, and is no longer watched), or you close the socket. While you still
/// send, the peer's half close is no end: it is watched until everything is acknowledged and nothing was sent for 10 s.
/// Kind and diagnosis are inferred from counters: none of these losses is <see cref="LossCertainty.Proven"/>. A half close of your own is
/// no end.</para>
/// <para>If you close the socket before the next look, because your own read has met the end, nothing can be asked any more. It is then a
/// loss only if probes or data had been unanswered for the kernel's whole limit, as far as the last look, at most half a second before,
/// can tell: an answer that comes after that look is not seen. Dispose the watcher before the socket, and the kernel is asked: no answer is
/// missed, and a reset is found too.</para>
/// <para>A loss is reported within the kernel's own limit (<see cref="TcpKeepAliveSettings.Detection"/>) plus one second, and a reset or a
/// close within one second. <see cref="LivenessState.Suspect"/> warns before a loss: a probe, or two retransmissions in a row, are
/// unanswered. <see cref="ConnectionConditions.PeerNotConsuming"/> says that the peer's kernel answers, but its application has not read
/// for 30 s or for half of the kernel's limit. <see cref="ConnectionConditions.DataUnacknowledged"/> says that bytes arrive from the peer,
/// but its kernel has acknowledged nothing for the same time, and for at least four retransmission timeouts.</para>
/// <para>It can't see whether the peer's <em>process</em> answers (the kernel of a hung process still does), and it sees nothing behind a
/// proxy. Windows and macOS show neither probes nor their answers. There, an idle connection is never suspect, and is reported as reset
/// when keepalive ends it; a reset that your own read has received first may count as closed.</para>
/// <para>You still own the socket: a dispose of the watcher ends only the watching, and leaves keepalive as it is.
/// <see cref="ConnectionLoss.Silence"/> ends with acknowledgements too, and includes pauses of this process, because the kernel goes on
/// during them.</para>
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
    /// The monitor of the connection: its state, its measurements, and the event that tells how it ended. It can't probe, because the
    /// kernel does.
    /// </summary>
    public ConnectionMonitor Monitor => _looks.Monitor;

    /// <summary>The result of applying <see cref="SocketWatcherOptions.KeepAlive"/>; null if the socket keeps its own settings.</summary>
    public TcpKeepAliveResult? KeepAlive { get; }

    /// <summary>Applies keepalive to a connected TCP socket, and starts watching it.</summary>
    /// <param name="socket">A connected or accepted TCP socket. You still read, write, own and close it.</param>
    /// <param name="options">The options; null means all defaults. They are read by this call, so later changes have no effect.</param>
    /// <exception cref="ArgumentNullException"><paramref name="socket"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range or contradicts another. Nothing was set.</exception>
    /// <exception cref="ArgumentException">The socket is not a connected TCP socket.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    /// <exception cref="PlatformNotSupportedException">This system doesn't report the state of a connection (Linux, Android, Windows 10
    /// version 1703 and macOS do), or reports an impossible one, as sandboxes do. The socket is unchanged and still connected.</exception>
    /// <exception cref="TcpKeepAliveException">Keepalive can't be applied in full, and the policy is
    /// <see cref="TcpKeepAlivePolicy.Require"/>. The socket is unchanged.</exception>
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
        return Over(socket, new WatchedSocket(socket), options);
    }

    /// <summary>
    /// Stops watching. The monitor is then <see cref="LivenessState.Closed"/>, unless the connection has ended before. The socket is not
    /// touched, and keeps its keepalive.
    /// </summary>
    /// <remarks>
    /// No handler is started after it returns. A running handler is waited for, unless it is the caller, for at most 5 s. It never throws,
    /// and you can call it more than once, from any thread.
    /// </remarks>
    public ValueTask DisposeAsync()
    {
        bool isInsideHandler = Monitor.IsInsideHandler;

        // Whoever disposes may do so because its own call has met the end, before a look of ours.
        _looks.LookNow();
        _looks.End(null);
        return Monitor.DrainAsync(isInsideHandler, MonitorDefaults.HandlerPatience, _looks.TimeProvider);
    }

    /// <summary>The same, with valid options, and the socket as the caller holds it.</summary>
    internal static SocketWatcher Over(Socket socket, IWatchedSocket watched, SocketWatcherOptions options)
    {
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

    /// <summary>The watching begins.</summary>
    internal void Begin() => _looks.Begin(KeepAlive);

    /// <inheritdoc cref="SocketLooks.LookNow"/>
    internal void LookNow() => _looks.LookNow();

    /// <summary>Somebody has set the socket's keepalive anew.</summary>
    internal void NoteKeepAlive(TcpKeepAliveSettings inForce) => _looks.NoteKeepAlive(inForce);
}
