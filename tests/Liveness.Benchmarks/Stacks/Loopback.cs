using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Liveness.Benchmarks;

/// <summary>Both ends of a TCP connection over loopback, in this process.</summary>
internal sealed record Loopback(Stream Client, Stream Server, string CongestionControlInForce, string Protection)
{
    public static async Task<Loopback> ConnectAsync(X509Certificate2? certificate)
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        CongestionControl.Fix(listener);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Prepare(client);
        Task<Socket> accept = listener.AcceptAsync();
        await client.ConnectAsync(listener.LocalEndPoint!);
        Socket server = await accept;
        Prepare(server);
        string inForce = CongestionControl.Read(client);
        string atServer = CongestionControl.Read(server);
        NetworkStream clientStream = new(client, ownsSocket: true);
        NetworkStream serverStream = new(server, ownsSocket: true);
        return certificate is null
            ? new Loopback(clientStream, serverStream, Both(inForce, atServer), "none")
            : await ProtectAsync(clientStream, serverStream, certificate, Both(inForce, atServer));
    }

    public static void Prepare(Socket socket)
    {
        socket.NoDelay = true;
        CongestionControl.Fix(socket);
    }

    private static string Both(string client, string server) => client == server ? client : $"{client} at the client, {server} at the server";

    private static async Task<Loopback> ProtectAsync(Stream client, Stream server, X509Certificate2 certificate, string congestionControl)
    {
        SslStream clientTls = new(client);
        SslStream serverTls = new(server);
        await Task.WhenAll(
            clientTls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = Certificate.Host,
                RemoteCertificateValidationCallback = (_, presented, _, _) => presented is not null && presented.GetCertHashString() == certificate.GetCertHashString(),
            }),
            serverTls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }));
        return new Loopback(clientTls, serverTls, congestionControl, $"{clientTls.SslProtocol}, {clientTls.NegotiatedCipherSuite}");
    }
}
