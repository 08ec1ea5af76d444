using System.Net;
using System.Net.Sockets;
using MQTTnet;
using MQTTnet.Channel;

namespace Liveness.MQTTnet;

/// <summary>Connects to a broker, as the client's own channel does without a provider; one that was set before connects in our
/// place.</summary>
internal sealed class LivenessStreamProvider(
    ILivenessFactory factory, string? name, MqttClientTcpOptions options, IMqttClientStreamProvider? inner) : IMqttClientStreamProvider
{
    /// <summary>
    /// In every mode the client reads a stream of ours rather than the bare one: it disposes its stream as soon as a read fails, and ours
    /// has the kernel's error judged before that.
    /// </summary>
    public async Task<Stream> ConnectAsync(EndPoint brokerEndPoint, CancellationToken cancellationToken)
    {
        AttachTarget target = inner is null
            ? new AttachTarget(await ConnectSocketAsync(brokerEndPoint, cancellationToken).ConfigureAwait(false))
            : new AttachTarget(await inner.ConnectAsync(brokerEndPoint, cancellationToken).ConfigureAwait(false));

        // The client disposes the stream, and that ends the connection.
        return (await factory.AttachAsync(target, name, cancellationToken).ConfigureAwait(false)).Stream;
    }

    private async Task<Socket> ConnectSocketAsync(EndPoint brokerEndPoint, CancellationToken cancellationToken)
    {
        Socket socket = MakeSocket();
        try
        {
            await socket.ConnectAsync(brokerEndPoint, cancellationToken).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private Socket MakeSocket()
    {
        Socket socket = options.AddressFamily == AddressFamily.Unspecified
            ? new Socket(SocketType.Stream, options.ProtocolType)
            : new Socket(options.AddressFamily, SocketType.Stream, options.ProtocolType);
        try
        {
            socket.NoDelay = options.NoDelay;
            if (options.LingerState is { } linger)
            {
                socket.LingerState = linger;
            }

            if (options.DualMode is { } dualMode)
            {
                socket.DualMode = dualMode;
            }

            if (options.LocalEndpoint is { } local)
            {
                socket.Bind(local);
            }

            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
