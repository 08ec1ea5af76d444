using System.Net;
using System.Net.Sockets;

namespace Liveness.Tool.Echo;

/// <summary>Sends back what comes. It reads no more than it can write, so credit holds the peer up.</summary>
internal sealed class EchoPeer(double detectWithin, TextWriter output)
{
    private readonly HeartbeatOptions _options = new() { DetectWithin = TimeSpan.FromSeconds(detectWithin) };
    private readonly TextWriter _output = TextWriter.Synchronized(output);

    /// <exception cref="ToolException">The port is taken.</exception>
    public async Task<int> ListenAsync(int port, CancellationToken cancellationToken)
    {
        using TcpListener listener = new(IPAddress.Loopback, port);
        try
        {
            listener.Start();
        }
        catch (SocketException exception)
        {
            throw new ToolException($"Can't listen on port {port}: {exception.Message}", ExitCodes.NoSuchTarget);
        }

        await _output.WriteLineAsync($"listening on {listener.LocalEndpoint}").ConfigureAwait(false);
        while (true)
        {
            Socket socket = await listener.AcceptSocketAsync(cancellationToken).ConfigureAwait(false);
            _ = Task.Run(() => ServeAsync(socket, cancellationToken), CancellationToken.None);
        }
    }

    /// <exception cref="ToolException">Nobody listens there.</exception>
    public async Task<int> ConnectAsync(string host, int port, bool again, CancellationToken cancellationToken)
    {
        int code;
        do
        {
            code = await ConnectOnceAsync(host, port, cancellationToken).ConfigureAwait(false);
        }
        while (again);
        return code;
    }

    private async Task<int> ConnectOnceAsync(string host, int port, CancellationToken cancellationToken)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(host, port, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            throw new ToolException($"Can't connect to {host}:{port}: {exception.Message}", ExitCodes.NoSuchTarget);
        }

        return await ServeAsync(socket, cancellationToken).ConfigureAwait(false);
    }

    /// <returns>The exit code that fits how it ended.</returns>
    private async Task<int> ServeAsync(Socket socket, CancellationToken cancellationToken)
    {
        string peer = $"{socket.RemoteEndPoint}";
        HeartbeatStream stream = new(socket, _options);
        await using (stream.ConfigureAwait(false))
        {
            stream.Monitor.ConnectionLost += (_, e) => _output.WriteLine($"{peer}: {e.Loss}");
            try
            {
                await stream.StartAsync(cancellationToken).ConfigureAwait(false);
                byte[] buffer = new byte[65_536];
                while (await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and int count)
                {
                    await stream.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
                }

                // The peer may still want to hear the rest: this is no close.
                stream.CompleteWrites();
                await stream.Monitor.Completion.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (IOException exception)
            {
                await _output.WriteLineAsync($"{peer}: {exception.Message}").ConfigureAwait(false);
            }
        }

        return stream.Monitor.Loss is null ? ExitCodes.Ok : ExitCodes.Found;
    }
}
