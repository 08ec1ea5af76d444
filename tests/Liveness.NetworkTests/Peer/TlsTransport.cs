using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Liveness.NetworkTests.Peer;

/// <summary>TLS with a certificate that nobody has signed: what is tested is time, not trust.</summary>
internal static class TlsTransport
{
    private static readonly Lazy<X509Certificate2> s_certificate = new(Create);

    public static async Task<SslStream> OpenAsync(Socket socket, PeerRole role)
    {
        SslStream stream = new(new NetworkStream(socket, ownsSocket: true));
        if (role == PeerRole.Server)
        {
            await stream.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = s_certificate.Value });
        }
        else
        {
            await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "server",
                RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.Subject == "CN=server",
            });
        }

        return stream;
    }

    private static X509Certificate2 Create()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=server", key, HashAlgorithmName.SHA256);
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }
}
