using System.Net;
using System.Net.Security;

namespace Liveness.SideChannel;

/// <summary>Whose certificate a client expects.</summary>
internal static class TlsTarget
{
    /// <summary>A copy: the caller's options may serve other connections at the same time.</summary>
    public static SslClientAuthenticationOptions Named(SslClientAuthenticationOptions tls, EndPoint endPoint)
    {
        return tls.TargetHost is not null || endPoint is not DnsEndPoint named ? tls : new SslClientAuthenticationOptions
        {
            TargetHost = named.Host,
            AllowRenegotiation = tls.AllowRenegotiation,
            AllowTlsResume = tls.AllowTlsResume,
            ApplicationProtocols = tls.ApplicationProtocols,
            CertificateChainPolicy = tls.CertificateChainPolicy,
            CertificateRevocationCheckMode = tls.CertificateRevocationCheckMode,
            CipherSuitesPolicy = tls.CipherSuitesPolicy,
            ClientCertificateContext = tls.ClientCertificateContext,
            ClientCertificates = tls.ClientCertificates,
            EnabledSslProtocols = tls.EnabledSslProtocols,
            EncryptionPolicy = tls.EncryptionPolicy,
            LocalCertificateSelectionCallback = tls.LocalCertificateSelectionCallback,
            RemoteCertificateValidationCallback = tls.RemoteCertificateValidationCallback,
        };
    }
}
