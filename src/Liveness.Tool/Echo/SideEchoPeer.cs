using System.Net;
using System.Net.Sockets;
using System.Text;
using Liveness.SideChannel;
using Liveness.Tool.Conformance;

namespace Liveness.Tool.Echo;

/// <summary>Either end of a side channel of this library, as the testee of its chapter of the cases.</summary>
internal sealed class SideEchoPeer(double detectWithin, TextWriter output, TimeProvider timeProvider)
{
    private static readonly byte[] s_key = Encoding.UTF8.GetBytes(SideRaw.Key);

    /// <summary>A case waits for it, and a refusal for another reason comes before.</summary>
    private static readonly TimeSpan s_handshakeTimeout = TimeSpan.FromSeconds(5);

    private readonly TimeSpan _detectWithin = TimeSpan.FromSeconds(detectWithin);

    /// <summary>Watches what is accepted at the data port, and one connection by a key.</summary>
    /// <exception cref="ToolException">A port is taken.</exception>
    public async Task<int> ListenAsync(int port, int dataPort, CancellationToken cancellationToken)
    {
        using TcpListener data = new(IPAddress.Loopback, dataPort);
        SideChannelListener listener;
        try
        {
            data.Start();
            SideChannelListenerOptions options = new()
            {
                DetectWithin = _detectWithin,
                SharedSecret = SideRaw.Secret,
                HandshakeTimeout = s_handshakeTimeout,
                MaxUnauthenticatedPerAddress = 1000,
                MaxWatchesPerPeer = SideRaw.MostWatches,
            };
            listener = SideChannelListener.Start(new IPEndPoint(IPAddress.Loopback, port), options);
        }
        catch (SocketException exception)
        {
            throw new ToolException($"Can't listen on port {port} or {dataPort}: {exception.Message}", ExitCodes.NoSuchTarget);
        }

        await using (listener.ConfigureAwait(false))
        {
            using SocketPair byKey = await SocketPair.OpenAsync(cancellationToken).ConfigureAwait(false);
            listener.Watch(byKey.Near, s_key);
            await output.WriteLineAsync($"listening on {listener.LocalEndPoint}, data on {data.LocalEndpoint}").ConfigureAwait(false);
            while (true)
            {
                try
                {
                    Socket accepted = await data.AcceptSocketAsync(cancellationToken).ConfigureAwait(false);
                    _ = Task.Run(() => ServeAsync(listener, accepted, cancellationToken), CancellationToken.None);
                }
                catch (SocketException exception)
                {
                    // As in EchoPeer: others may still come.
                    await output.WriteLineAsync($"accept: {exception.Message}").ConfigureAwait(false);
                    await Task.Delay(AgainPause.Longest, timeProvider, cancellationToken).ConfigureAwait(false);
                }
            }
        }
    }

    /// <summary>Watches one connection by its addresses, and another one when that is lost.</summary>
    public async Task<int> ConnectAsync(string host, int port, CancellationToken cancellationToken)
    {
        SideChannelClientOptions options = new()
        {
            DetectWithin = _detectWithin,
            SharedSecret = SideRaw.Secret,
            HandshakeTimeout = s_handshakeTimeout,
            ReconnectDelay = TimeSpan.FromMilliseconds(20),
            MaxReconnectDelay = AgainPause.Longest,
        };
        SideChannelClient client = SideChannelClient.Start(new DnsEndPoint(host, port), options);
        await using (client.ConfigureAwait(false))
        {
            while (true)
            {
                using SocketPair pair = await SocketPair.OpenAsync(cancellationToken).ConfigureAwait(false);
                SideWatch watched = client.Watch(pair.Near);
                await watched.Monitor.Completion.WaitAsync(cancellationToken).ConfigureAwait(false);
                await output.WriteLineAsync($"{watched.Monitor.Loss}").ConfigureAwait(false);
            }
        }
    }

    private async Task ServeAsync(SideChannelListener listener, Socket accepted, CancellationToken cancellationToken)
    {
        using Socket socket = accepted;
        try
        {
            SideWatch watched = listener.Watch(socket);
            await using (watched.ConfigureAwait(false))
            {
                byte[] buffer = new byte[4096];
                while (await socket.ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and int count)
                {
                    await socket.SendAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
                }

                // The peer has closed: so do we, and say so.
                socket.Dispose();
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or ArgumentException)
        {
            await output.WriteLineAsync(exception.Message).ConfigureAwait(false);
        }
    }
}
