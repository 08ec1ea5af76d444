using System.Buffers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Liveness.Tests.InBand;

/// <summary>TLS 1.3 over a link in memory, and heartbeat streams over that, on one thread.</summary>
internal sealed class TlsRig : IDisposable
{
    private static readonly Lazy<X509Certificate2> s_certificate = new(MakeCertificate);

    public TlsRig(int linkBuffer = 64 * 1024)
    {
        Fixture.Link.ToServer.BufferSize = Fixture.Link.ToClient.BufferSize = linkBuffer;
        ClientTap = new RecordTap(Fixture.Link.Client);
        ServerTap = new RecordTap(Fixture.Link.Server);
        ClientTls = new SslStream(ClientTap, leaveInnerStreamOpen: true);
        ServerTls = new SslStream(ServerTap, leaveInnerStreamOpen: true);
        Task[] authenticated =
        [
            ServerTls.AuthenticateAsServerAsync(s_certificate.Value),
            ClientTls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "test", RemoteCertificateValidationCallback = (_, presented, _, _) => s_certificate.Value.Equals(presented) }),
        ];
        Array.ForEach(authenticated, Fixture.Result);
    }

    public StreamFixture Fixture { get; } = new();

    public RecordTap ClientTap { get; }

    public RecordTap ServerTap { get; }

    public SslStream ClientTls { get; }

    public SslStream ServerTls { get; }

    /// <summary>Two ends whose handshake is through.</summary>
    public (HeartbeatStream Client, HeartbeatStream Server) Open(Func<HeartbeatOptions>? options = null, ArrayPool<byte>? serverPool = null)
    {
        HeartbeatStream client = Over(ClientTls, 1, options?.Invoke(), pool: null);
        HeartbeatStream server = Over(ServerTls, 2, options?.Invoke(), serverPool);
        Task[] started = [client.StartAsync(), server.StartAsync()];
        Array.ForEach(started, Fixture.Result);
        ClientTap.Writes.Clear();
        ServerTap.Writes.Clear();
        return (client, server);
    }

    public void Dispose()
    {
        Fixture.Dispose();
        ClientTls.Dispose();
        ServerTls.Dispose();
        Fixture.Run();
    }

    private HeartbeatStream Over(SslStream tls, int id, HeartbeatOptions? options, ArrayPool<byte>? pool)
    {
        options ??= new HeartbeatOptions { DetectWithin = StreamFixture.T };
        options.AbortTransport = _ => Fixture.Link.Reset();
        return new HeartbeatStream(Transport.Over(tls, leaveOpen: false, options.AbortTransport), Fixture.With(options), new UInt128(0, (ulong)id), pool);
    }

    private static X509Certificate2 MakeCertificate()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=test", key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
    }
}
