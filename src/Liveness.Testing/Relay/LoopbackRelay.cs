using System.Net;
using System.Net.Sockets;

namespace Liveness.Testing;

/// <summary>
/// A TCP relay on loopback with faults on demand. Clients connect to <see cref="EndPoint"/>; the relay connects to the target, and passes
/// on bytes, FIN and RST.
/// </summary>
/// <remarks>
/// <para>
/// It behaves like a proxy whose network dies: after a cut both sockets stay open, and it goes on reading, so that its kernel acknowledges
/// what is sent. The sender's kernel then sees no fault: neither keepalive nor a user timeout detects the cut, and only a heartbeat does.
/// (With <see cref="LinkConditions.CutAcknowledges"/> off it stops reading, and the sender's window closes.) During a cut the relay still
/// accepts connections and connects to the target; it only passes nothing.
/// </para>
/// <para>
/// Faults and conditions apply to all connections; <see cref="LinkConditions.BufferSize"/> counts for each, beside the kernels' own
/// buffers. Data is sent with NoDelay.
/// RST is passed on behind the bytes that were received before it. One limit: an RST by an end that has already sent FIN is noticed when
/// something is next sent to it.
/// </para>
/// <para>
/// Delivered is what the operating system took for the receiver. Counters and timestamps are written right after that: a receiver on the
/// same machine may see a byte a moment before; after <see cref="DisposeAsync"/> they are final.
/// </para>
/// <para>You can call all members from any thread.</para>
/// </remarks>
/// <example>
/// <code>
/// await using LoopbackRelay cable = LoopbackRelay.Start(listener.LocalEndpoint);
/// using TcpClient connected = new();
/// await connected.ConnectAsync(cable.EndPoint);
/// </code>
/// </example>
public sealed class LoopbackRelay : IFaultyCable, IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();

    /// <summary>Under the lock.</summary>
    private readonly Dictionary<RelayConnection, Task> _connections = [];
    private readonly EndPoint _target;
    private readonly TimeProvider _timeProvider;
    private readonly RelayMeter _toServer;
    private readonly RelayMeter _toClient;
    private readonly Task _accepting;
    private int _seed;

    /// <summary>Under the lock.</summary>
    private bool _disposed;

    private LoopbackRelay(EndPoint target, TimeProvider timeProvider, int seed)
    {
        (_target, _timeProvider, _seed) = (target, timeProvider, seed);
        (_toServer, _toClient) = (new RelayMeter(timeProvider), new RelayMeter(timeProvider));
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        EndPoint = (IPEndPoint)_listener.LocalEndPoint!;
        _accepting = AcceptAsync();
    }

    /// <summary>The address to which clients connect: 127.0.0.1 and a free port.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>The network from the clients to the target. <see cref="LinkConditions.CutAcknowledges"/> is on.</summary>
    public LinkConditions ToServer { get; } = new() { CutAcknowledges = true };

    /// <summary>The network from the target to the clients. <see cref="LinkConditions.CutAcknowledges"/> is on.</summary>
    public LinkConditions ToClient { get; } = new() { CutAcknowledges = true };

    /// <summary>The number of bytes of all connections that were delivered to the target's side.</summary>
    public long BytesDeliveredToServer => _toServer.Bytes;

    /// <summary>The number of bytes of all connections that were delivered to the clients' side.</summary>
    public long BytesDeliveredToClient => _toClient.Bytes;

    /// <summary>
    /// The time at which the last byte was delivered to the target's side, as a timestamp of the relay's <see cref="TimeProvider"/>; null
    /// if there was none yet.
    /// </summary>
    public long? LastDeliveredToServer => _toServer.Last;

    /// <summary>
    /// The time at which the last byte was delivered to the clients' side, as a timestamp of the relay's <see cref="TimeProvider"/>; null
    /// if there was none yet.
    /// </summary>
    public long? LastDeliveredToClient => _toClient.Last;

    /// <summary>Starts a relay, which listens at once.</summary>
    /// <param name="target">The address to which the relay connects for each accepted connection. If that fails, the client receives
    /// RST.</param>
    /// <param name="timeProvider">The clock of delays and timestamps; null, the default, means the system's.</param>
    /// <param name="seed">The seed of the generators behind <see cref="LinkConditions.Jitter"/>; the default is 0.</param>
    /// <exception cref="SocketException">The relay can't listen on loopback.</exception>
    public static LoopbackRelay Start(EndPoint target, TimeProvider? timeProvider = null, int seed = 0)
    {
        ArgumentNullException.ThrowIfNull(target);
        return new LoopbackRelay(target, timeProvider ?? TimeProvider.System, seed);
    }

    /// <summary>Pulls the cable: nothing is passed on any more, neither bytes nor FIN nor RST, and both sides' sockets stay open.</summary>
    public void Cut()
    {
        CutToServer();
        CutToClient();
    }

    /// <summary>Nothing is passed on to the target any more.</summary>
    public void CutToServer() => ToServer.IsCut = true;

    /// <summary>Nothing is passed on to the clients any more.</summary>
    public void CutToClient() => ToClient.IsCut = true;

    /// <summary>Holds both directions up, without loss, until <see cref="Resume"/>.</summary>
    public void Stall() => (ToServer.IsStalled, ToClient.IsStalled) = (true, true);

    /// <summary>Passes on what was held up.</summary>
    public void Resume() => (ToServer.IsStalled, ToClient.IsStalled) = (false, false);

    /// <summary>Sends RST both ways on every connection, at once and whatever the conditions. New connections are accepted.</summary>
    public void Reset()
    {
        foreach (RelayConnection connection in Connections())
        {
            connection.Reset();
        }
    }

    /// <summary>
    /// Sends FIN both ways on every connection, behind the data received before, and not through a cut. New connections are accepted.
    /// </summary>
    public void Close()
    {
        foreach (RelayConnection connection in Connections())
        {
            connection.Close();
        }
    }

    /// <summary>Stops listening and resets every connection. It waits for no peer.</summary>
    public async ValueTask DisposeAsync()
    {
        Task[] running;
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            running = [.. _connections.Values, _accepting];
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        _listener.Dispose();
        Reset();
        await Task.WhenAll(running).ConfigureAwait(false);
        _stop.Dispose();
    }

    private RelayConnection[] Connections()
    {
        lock (_lock)
        {
            return [.. _connections.Keys];
        }
    }

    private async Task AcceptAsync()
    {
        while (await AcceptOneAsync().ConfigureAwait(false) is { } client)
        {
            InMemoryLink link = new(_timeProvider, ToServer, ToClient, _seed++);
            RelayConnection connection = new(client, link, _toServer, _toClient);
            lock (_lock)
            {
                if (_disposed)
                {
                    connection.Reset();
                    return;
                }

                _connections.Add(connection, RunAsync(connection));
            }
        }
    }

    /// <summary>Null when the relay stops.</summary>
    private async Task<Socket?> AcceptOneAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                return await _listener.AcceptAsync(_stop.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException
                || (e is SocketException && _stop.IsCancellationRequested))
            {
                // A listener that is closed in the middle of an accept says so in more than one way.
                return null;
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted)
            {
                // The client gave up before it was accepted: the next one may not.
                continue;
            }
        }

        return null;
    }

    private async Task RunAsync(RelayConnection connection)
    {
        // The caller holds the lock, and adds before we may remove.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            await connection.RunAsync(_target, _stop.Token).ConfigureAwait(false);
        }
        finally
        {
            lock (_lock)
            {
                _connections.Remove(connection);
            }
        }
    }
}
