using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace Liveness.NetworkTests.OnePort;

/// <summary>Accepts TLS and bare connections on one port, as a server does that looks for the first byte of TLS by itself; with or without
/// the library.</summary>
internal sealed class MixedServer : IAsyncDisposable
{
    private const byte TlsHandshake = 0x16;

    /// <summary>Long: a TLS client whose first byte comes later would be taken for a bare one.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);

    private readonly Socket _listener = new(SocketType.Stream, ProtocolType.Tcp);
    private readonly LivenessFactory? _factory;
    private readonly Task _accepting;

    /// <param name="factory">Null = the library has no part in it.</param>
    public MixedServer(LivenessFactory? factory)
    {
        _factory = factory;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(4096);
        EndPoint = (IPEndPoint)_listener.LocalEndPoint!;
        _accepting = AcceptAsync();
    }

    public IPEndPoint EndPoint { get; }

    /// <summary>What went wrong, as the server sees it.</summary>
    public ConcurrentQueue<string> Failures { get; } = new();

    /// <summary>How many of each kind were attached.</summary>
    public ConcurrentDictionary<LivenessMode, int> Modes { get; } = new();

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptAsync());
            }
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // The run is over.
            return;
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            socket.NoDelay = true;
            Stream? tls = null;
            if (await IsTlsAsync(socket))
            {
                SslStream stream = new(new NetworkStream(socket, ownsSocket: true));
                await stream.AuthenticateAsServerAsync(Wire.ServerTls);
                tls = stream;
            }

            if (_factory is null)
            {
                await using Stream stream = tls ?? new NetworkStream(socket, ownsSocket: true);
                await TalkAsync(stream);
                return;
            }

            await using LivenessConnection connection = await _factory.AttachAsync(tls is null ? new AttachTarget(socket) : new AttachTarget(tls));
            Modes.AddOrUpdate(connection.Mode, 1, static (_, count) => count + 1);
            await TalkAsync(connection.Stream);
        }
        catch (Exception failure)
        {
            Failures.Enqueue(failure.ToString());
            socket.Dispose();
        }
    }

    private static async Task TalkAsync(Stream stream)
    {
        await stream.WriteAsync(Wire.Greeting);
        while (await Wire.ReadQuestionAsync(stream) is { } question)
        {
            await stream.WriteAsync(Wire.Answer(question));
        }
    }

    private static async Task<bool> IsTlsAsync(Socket socket)
    {
        using CancellationTokenSource silent = new(s_patience);
        byte[] first = new byte[1];
        try
        {
            return await socket.ReceiveAsync(first, SocketFlags.Peek, silent.Token) == 1 && first[0] == TlsHandshake;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
