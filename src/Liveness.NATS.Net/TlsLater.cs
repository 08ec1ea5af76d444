using NATS.Client.Core;

namespace Liveness.NATS.Net;

/// <summary>TLS that the client begins when the server has spoken: it takes the bare socket for that, and goes on without TLS where it is
/// not shown any, with its password too.</summary>
internal static class TlsLater
{
    /// <exception cref="InvalidOperationException">The options demand it.</exception>
    public static void Refuse(NatsOpts options, LivenessMode mode)
    {
        if (IsDemanded(options))
        {
            throw new InvalidOperationException(
                $"This NATS client demands TLS, which it begins on the bare socket; mode {mode} takes the socket's place. Set Mode to "
                + "KernelOnly; or, if the server speaks TLS from its first byte, TlsOpts.Mode to Implicit; or put TLS between bridges.");
        }
    }

    /// <summary>As the client itself reads its options.</summary>
    private static bool IsDemanded(NatsOpts options) => options.TlsOpts.Mode switch
    {
        TlsMode.Require => true,
        TlsMode.Auto => HasCertificates(options.TlsOpts) || NamesTls(options.Url),
        _ => false,
    };

    private static bool HasCertificates(NatsTlsOpts tls) =>
        (tls.CertFile ?? tls.KeyFile ?? tls.CertBundleFile ?? tls.CaFile) is not null || tls.ConfigureClientAuthentication is not null;

    private static bool NamesTls(string urls) =>
        urls.Split(',').Any(static url => url.TrimStart().StartsWith("tls:", StringComparison.OrdinalIgnoreCase));
}
