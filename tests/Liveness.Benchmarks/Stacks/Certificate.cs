using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Liveness.Benchmarks;

/// <summary>A certificate that exists in memory only.</summary>
internal static class Certificate
{
    public const string Host = "localhost";

    public static X509Certificate2 Create()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={Host}", key, HashAlgorithmName.SHA256);
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using X509Certificate2 ephemeral = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(ephemeral.Export(X509ContentType.Pkcs12), password: null);
    }
}
