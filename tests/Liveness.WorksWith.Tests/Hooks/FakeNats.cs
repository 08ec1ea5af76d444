using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Liveness.WorksWith.Tests.Hooks;

/// <summary>So much of a server of NATS that a client connects and gets its pings answered: over a bare socket, a heartbeat, or a heartbeat
/// inside TLS.</summary>
internal sealed class FakeNats : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly LivenessFactory? _factory;
    private readonly X509Certificate2? _certificate;
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];

    /// <param name="factory">Null = it speaks no Liveness.</param>
    /// <param name="withTls">From the first byte.</param>
    public FakeNats(LivenessFactory? factory, bool withTls = false)
    {
        _factory = factory;
        _certificate = withTls ? MakeCertificate() : null;
        _listener.Start();
        _ = AcceptAsync();
    }

    public string Address => $"{_listener.LocalEndpoint}";

    /// <summary>What clients have said, line by line.</summary>
    public string[] Lines
    {
        get
        {
            lock (_lock)
            {
                return [.. _lines];
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        _listener.Dispose();
        _certificate?.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception over) when (over is SocketException or ObjectDisposedException)
        {
            // The test is over.
            return;
        }
    }

    private async Task ServeAsync(TcpClient accepted)
    {
        using (accepted)
        {
            try
            {
                Stream stream = accepted.GetStream();
                if (_certificate is not null)
                {
                    SslStream tls = new(stream);
                    await tls.AuthenticateAsServerAsync(_certificate);
                    stream = tls;
                }

                if (_factory is not null)
                {
                    stream = (await _factory.AttachAsync(stream)).Stream;
                }

                await SpeakAsync(stream);
            }
            catch (Exception over) when (over is IOException or SocketException or ObjectDisposedException)
            {
                // The client has gone.
                return;
            }
        }
    }

    private async Task SpeakAsync(Stream stream)
    {
        await using StreamWriter writer = new(stream) { NewLine = "\r\n", AutoFlush = true };
        using StreamReader reader = new(stream);
        await writer.WriteLineAsync("""INFO {"server_id":"fake","version":"2.9.10","proto":1,"headers":true,"max_payload":1048576}""");
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (_lock)
            {
                _lines.Add(line);
            }

            if (line == "PING")
            {
                await writer.WriteLineAsync("PONG");
            }
        }
    }

    private static X509Certificate2 MakeCertificate()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using X509Certificate2 made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), password: null);
    }
}
