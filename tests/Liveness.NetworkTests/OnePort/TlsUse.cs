namespace Liveness.NetworkTests.OnePort;

internal enum TlsUse
{
    Bare,
    Tls,
    TlsWithAlpn,
}
