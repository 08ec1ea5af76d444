using System.Buffers;
using System.IO.Pipes;
using System.Net.Sockets;
using Liveness.Testing;

namespace Liveness.Tests.InBand;

/// <summary>Two heartbeat streams over a real transport, on the system's clock and thread pool.</summary>
internal sealed class ConnectedPair : IAsyncDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    private static long s_endpoints;

    private readonly Action _break;
    private readonly IDisposable[] _owned;

    private ConnectedPair(HeartbeatStream client, HeartbeatStream server, Action cutOff, params IDisposable[] owned)
    {
        (Client, Server) = (client, server);
        (_break, _owned) = (cutOff, owned);
    }

    public HeartbeatStream Client { get; }

    public HeartbeatStream Server { get; }

    /// <summary>Two ends whose handshake is through.</summary>
    public static async Task<ConnectedPair> OpenAsync(TransportKind kind, ArrayPool<byte>? pool = null, HeartbeatOptions? options = null)
    {
        ConnectedPair pair = await CreateAsync(kind, pool, options).ConfigureAwait(false);
        await Task.WhenAll(pair.Client.StartAsync(), pair.Server.StartAsync()).WaitAsync(s_limit).ConfigureAwait(false);
        return pair;
    }

    /// <summary>Two ends that have not begun.</summary>
    public static async Task<ConnectedPair> CreateAsync(TransportKind kind, ArrayPool<byte>? pool = null, HeartbeatOptions? options = null)
    {
        switch (kind)
        {
            case TransportKind.Memory:
                InMemoryLink link = InMemoryLink.Create();
                return new ConnectedPair(Over(link.Client, pool, options), Over(link.Server, pool, options), link.Reset, link);
            case TransportKind.NamedPipe:
                return await OverNamedPipeAsync(pool, options).ConfigureAwait(false);
            case TransportKind.AnonymousPipes:
                (Stream Client, Stream Server) pipes = DuplexPipeStream.CreatePair();
                return new ConnectedPair(Over(pipes.Client, pool, options), Over(pipes.Server, pool, options), pipes.Client.Dispose, pipes.Client, pipes.Server);
            default:
                return await OverSocketsAsync(kind, pool, options).ConfigureAwait(false);
        }
    }

    /// <summary>Ends the transport under both, with no goodbye.</summary>
    public void Break() => _break();

    /// <summary>In good order, where nothing has broken.</summary>
    public Task CloseAsync() => Task.WhenAll(Client.DisposeAsync().AsTask(), Server.DisposeAsync().AsTask()).WaitAsync(s_limit);

    public async ValueTask DisposeAsync()
    {
        await CloseAsync().ConfigureAwait(false);
        foreach (IDisposable owned in _owned)
        {
            owned.Dispose();
        }
    }

    private static async Task<ConnectedPair> OverNamedPipeAsync(ArrayPool<byte>? pool, HeartbeatOptions? options)
    {
        string name = Path.GetRandomFileName();
        NamedPipeServerStream server = new(name, PipeDirection.InOut, 1, PipeTransmissionMode.Byte, PipeOptions.Asynchronous);
        NamedPipeClientStream client = new(".", name, PipeDirection.InOut, PipeOptions.Asynchronous);
        await Task.WhenAll(server.WaitForConnectionAsync(), client.ConnectAsync()).WaitAsync(s_limit).ConfigureAwait(false);
        return new ConnectedPair(Over(client, pool, options), Over(server, pool, options), client.Dispose, client, server);
    }

    private static async Task<ConnectedPair> OverSocketsAsync(TransportKind kind, ArrayPool<byte>? pool, HeartbeatOptions? options)
    {
        SocketPair sockets = kind == TransportKind.UnixSocket ? OverUnixDomain() : SocketPair.OverTcp();
        switch (kind)
        {
            case TransportKind.Tls:
                (Stream Client, Stream Server) tls = await TlsPair.CreateAsync(sockets).WaitAsync(s_limit).ConfigureAwait(false);
                return new ConnectedPair(Over(tls.Client, pool, options), Over(tls.Server, pool, options), () => sockets.Client.Close(0), sockets);
            case TransportKind.NetworkStream:
                NetworkStream client = new(sockets.Client, ownsSocket: true);
                NetworkStream server = new(sockets.Server, ownsSocket: true);
                return new ConnectedPair(Over(client, pool, options), Over(server, pool, options), () => sockets.Client.Close(0), sockets);
            case TransportKind.SmallSocket:
                MakeSmall(sockets.Client);
                MakeSmall(sockets.Server);
                break;
        }

        return new ConnectedPair(Over(sockets.Client, pool, options), Over(sockets.Server, pool, options), () => sockets.Client.Close(0), sockets);
    }

    private static SocketPair OverUnixDomain()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        SocketPair pair = SocketPair.OverUnixDomain(path);
        File.Delete(path);
        return pair;
    }

    private static void MakeSmall(Socket socket) => (socket.SendBufferSize, socket.ReceiveBufferSize) = (4096, 64 * 1024);

    private static HeartbeatStream Over(Stream stream, ArrayPool<byte>? pool, HeartbeatOptions? given)
    {
        HeartbeatOptions options = given ?? new HeartbeatOptions();
        options.AbortTransport = stream.GetType().Name == "InMemoryStream" ? InMemoryLink.Abort : null;
        return pool is null ? new HeartbeatStream(stream, options) : new HeartbeatStream(Transport.Over(stream, leaveOpen: false, options.AbortTransport), options, EndpointId(), pool);
    }

    private static HeartbeatStream Over(Socket socket, ArrayPool<byte>? pool, HeartbeatOptions? options) => pool is null
        ? new HeartbeatStream(socket, options)
        : new HeartbeatStream(new SocketTransport(socket, owner: null, leaveOpen: false), options ?? new HeartbeatOptions(), EndpointId(), pool);

    /// <summary>Unlike at both ends: an end that meets its own id takes the peer for an echo.</summary>
    private static UInt128 EndpointId() => new(0, (ulong)Interlocked.Increment(ref s_endpoints));
}
