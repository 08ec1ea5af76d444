using System.Net;
using System.Net.Sockets;

namespace Liveness.Tool.Conformance;

/// <summary>The TCP connections that a case speaks of: to the testee's data port, and pairs of our own.</summary>
internal sealed class SideSockets : IDisposable
{
    private static readonly IPEndPoint s_nowhere = new(IPAddress.Loopback, 1);
    private readonly List<Socket> _sockets = [];
    private IPEndPoint _ahead = s_nowhere;

    public async Task OpenDataAsync(int port, CancellationToken cancellationToken)
    {
        Socket data = Add(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        await data.ConnectAsync(IPAddress.Loopback, port, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Both ends are ours: this host has it, and the testee has not.</summary>
    public async Task OpenPairAsync(CancellationToken cancellationToken)
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        await OpenDataAsync(((IPEndPoint)listener.LocalEndpoint).Port, cancellationToken).ConfigureAwait(false);
        Add(await listener.AcceptSocketAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <summary>A connection to come: its port is taken, and nothing has been sent.</summary>
    public byte[] NamedAhead(int port)
    {
        Socket data = Add(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        data.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _ahead = new IPEndPoint(IPAddress.Loopback, port);
        return SideRaw.Connection((IPEndPoint)data.LocalEndPoint!, _ahead);
    }

    public Task OpenAheadAsync(CancellationToken cancellationToken) => _sockets[0].ConnectAsync(_ahead, cancellationToken).AsTask();

    /// <summary>FIN of the newest.</summary>
    public void ShutNewest() => _sockets[^1].Shutdown(SocketShutdown.Send);

    public void CloseNewest()
    {
        _sockets[^1].Dispose();
        _sockets.RemoveAt(_sockets.Count - 1);
    }

    /// <summary>As a client that has it sees it.</summary>
    public byte[] Named(string what, Socket side) => what switch
    {
        "data" or "pair" => Of(_sockets[0]),
        "pair-reversed" => Of(_sockets[1]),
        "side" => Of(side),
        "nowhere" => SideRaw.Connection(s_nowhere, new IPEndPoint(IPAddress.Loopback, 2)),
        "foreign-server" => SideRaw.Connection(s_nowhere, new IPEndPoint(IPAddress.Parse("192.0.2.7"), 2)),
        "foreign-client" => SideRaw.Connection(
            new IPEndPoint(IPAddress.Parse("192.0.2.7"), 1), (IPEndPoint)_sockets[0].RemoteEndPoint!),
        _ => throw new FormatException($"\"{what}\" is no connection"),
    };

    public void Dispose() => _sockets.ForEach(static socket => socket.Dispose());

    private static byte[] Of(Socket socket) => SideRaw.Connection((IPEndPoint)socket.LocalEndPoint!, (IPEndPoint)socket.RemoteEndPoint!);

    private Socket Add(Socket socket)
    {
        _sockets.Add(socket);
        return socket;
    }
}
