using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Liveness.Tests.InBand;

/// <summary>TLS over two connected sockets, with a certificate made for the moment.</summary>
internal static class TlsPair
{
    public static Task<(Stream Client, Stream Server)> CreateAsync(SocketPair pair, bool leaveInnerStreamOpen = false) =>
        CreateAsync(pair, [], [], leaveInnerStreamOpen);

    /// <summary>With what each end has to offer by ALPN.</summary>
    public static async Task<(Stream Client, Stream Server)> CreateAsync(
        SocketPair pair, List<SslApplicationProtocol> offered, List<SslApplicationProtocol> known, bool leaveInnerStreamOpen = false)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=test", key, HashAlgorithmName.SHA256);
        X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        SslStream client = new(new NetworkStream(pair.Client, ownsSocket: true), leaveInnerStreamOpen);
        SslStream server = new(new NetworkStream(pair.Server, ownsSocket: true), leaveInnerStreamOpen);
        await Task.WhenAll(
            client.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "test", ApplicationProtocols = offered, RemoteCertificateValidationCallback = (_, presented, _, _) => certificate.Equals(presented) }),
            server.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate, ApplicationProtocols = known }));
        return (client, server);
    }
}
