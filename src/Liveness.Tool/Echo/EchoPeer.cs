using System.Net;
using System.Net.Sockets;

namespace Liveness.Tool.Echo;

/// <summary>Sends back what comes. It reads no more than it can write, so credit holds the peer up.</summary>
internal sealed class EchoPeer(double detectWithin, TextWriter output, TimeProvider timeProvider)
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
            try
            {
                Socket socket = await listener.AcceptSocketAsync(cancellationToken).ConfigureAwait(false);
                _ = Task.Run(() => ServeAsync(socket, cancellationToken), CancellationToken.None);
            }
            catch (SocketException exception)
            {
                // That one was gone before it was taken, or this process has no handles left: others may still come.
                await _output.WriteLineAsync($"accept: {exception.Message}").ConfigureAwait(false);
                await Task.Delay(AgainPause.Longest, timeProvider, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <exception cref="ToolException">Nobody listens there.</exception>
    public async Task<int> ConnectAsync(string host, int port, bool again, CancellationToken cancellationToken)
    {
        AgainPause pause = new();
        while (true)
        {
            long begun = timeProvider.GetTimestamp();
            int code = await ConnectOnceAsync(host, port, cancellationToken).ConfigureAwait(false);
            if (!again)
            {
                return code;
            }

            TimeSpan time = pause.Next(timeProvider.GetElapsedTime(begun));
            await Task.Delay(time, timeProvider, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<int> ConnectOnceAsync(string host, int port, CancellationToken cancellationToken)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(host, port, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted)
        {
            // Somebody listens there, and has closed at once.
            socket.Dispose();
            await _output.WriteLineAsync($"{host}:{port}: {exception.Message}").ConfigureAwait(false);
            return ExitCodes.Found;
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
        string peer = NameOf(socket);
        HeartbeatStream stream;
        try
        {
            stream = new HeartbeatStream(socket, _options);
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException or InvalidOperationException or IOException)
        {
            // The peer has gone before anything could be said.
            socket.Dispose();
            await _output.WriteLineAsync($"{peer}: {exception.Message}").ConfigureAwait(false);
            return ExitCodes.Found;
        }

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

    /// <summary>A peer that has gone already may have no name any more.</summary>
    private static string NameOf(Socket socket)
    {
        try
        {
            return $"{socket.RemoteEndPoint}";
        }
        catch (SocketException)
        {
            return "a peer that has gone";
        }
    }
}
