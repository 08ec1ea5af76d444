using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Liveness;

namespace Snippets;

/// <summary>One port for peers that speak Liveness and for those that don't.</summary>
internal static class OnePort
{
    public static async Task RunAsync()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        Task accepting = AcceptTwoAsync(listener);
        using TcpClient old = new();
        await old.ConnectAsync((IPEndPoint)listener.LocalEndpoint);
        await old.GetStream().WriteAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray());
        using TcpClient upgraded = new();
        await upgraded.ConnectAsync((IPEndPoint)listener.LocalEndpoint);
        await using HeartbeatStream client = await HeartbeatStream.StartAsync(upgraded.GetStream());
        client.Monitor.ConnectionLost += (_, e) => Console.WriteLine(e.Loss);
        await accepting;
    }

    /// <summary>Over TLS the client learns from the handshake what its server speaks.</summary>
    public static async Task ConnectAsync(ILivenessFactory factory, SslStream tls, string host, CancellationToken cancellationToken)
    {
        List<SslApplicationProtocol> protocols = [LivenessProtocol.Alpn, SslApplicationProtocol.Http11];
        SslClientAuthenticationOptions ask = new() { TargetHost = host, ApplicationProtocols = protocols };
        await tls.AuthenticateAsClientAsync(ask, cancellationToken);
        await using LivenessConnection connection = await factory.AttachAsync(tls, "backend", cancellationToken);
        await connection.Monitor.Completion.WaitAsync(cancellationToken);
    }

    private static async Task AcceptTwoAsync(TcpListener listener)
    {
        await AcceptAsync(await listener.AcceptSocketAsync(), CancellationToken.None);
        await AcceptAsync(await listener.AcceptSocketAsync(), CancellationToken.None);
    }

    private static async Task AcceptAsync(Socket accepted, CancellationToken cancellationToken)
    {
        HeartbeatOptions options = new() { DetectWithin = TimeSpan.FromSeconds(5), PlainPeers = PlainPeers.Serve };
        await using LivenessConnection peer = await LivenessConnection.AcceptAsync(accepted, options, cancellationToken);
        Console.WriteLine(peer.Mode == LivenessMode.InBand ? "speaks Liveness" : "is a plain peer");
    }
}
