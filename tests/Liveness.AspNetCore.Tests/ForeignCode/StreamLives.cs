using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Liveness.Testing;
using static Liveness.AspNetCore.Tests.ForeignCode.LivesUnderThrowingLoggers;

namespace Liveness.AspNetCore.Tests.ForeignCode;

/// <summary>Heartbeats inside the connection.</summary>
internal static class StreamLives
{
    public static TimeSpan T { get; } = TimeSpan.FromSeconds(1);

    public static async Task LostAsync(ThrowingLoggers loggers)
    {
        LoopbackRelay? relay = null;
        using TcpPair pair = await TcpPair.ConnectAsync(target => (relay = LoopbackRelay.Start(target)).EndPoint);
        await using LoopbackRelay path = relay!;
        HeartbeatStream client = new(pair.Client, Options(loggers));
        await LoseAsync(client, new HeartbeatStream(pair.Server, Options(loggers)), loggers, path);
    }

    public static async Task LostOverTlsAsync(ThrowingLoggers loggers)
    {
        LoopbackRelay? relay = null;
        using TcpPair pair = await TcpPair.ConnectAsync(target => (relay = LoopbackRelay.Start(target)).EndPoint);
        await using LoopbackRelay path = relay!;
        (SslStream client, SslStream server) = await SecureAsync(pair);
        await LoseAsync(new HeartbeatStream(client, Options(loggers)), new HeartbeatStream(server, Options(loggers)), loggers, path);
    }

    public static async Task<(SslStream Client, SslStream Server)> SecureAsync(TcpPair pair)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        X509Certificate2 certificate = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        NetworkStream inner = new(pair.Client);
        SslStream client = new(inner, leaveInnerStreamOpen: false, (_, presented, _, _) => certificate.Equals(presented));
        SslStream server = new(new NetworkStream(pair.Server));
        await Task.WhenAll(server.AuthenticateAsServerAsync(certificate), client.AuthenticateAsClientAsync("localhost"));
        return (client, server);
    }

    public static async Task ClosedAsync(ThrowingLoggers loggers)
    {
        using TcpPair pair = await TcpPair.ConnectAsync();
        HeartbeatStream client = new(pair.Client, Options(loggers));
        HeartbeatStream server = new(pair.Server, Options(loggers));
        await Task.WhenAll(client.StartAsync(), server.StartAsync());
        await EchoAsync(client, server);
        loggers.Dispose();

        // What there is to be told of a close in good order: a handler that throws, and a state that changes.
        client.Monitor.StateChanged += static (_, _) => throw new InvalidOperationException("a handler throws, too");
        await Task.WhenAll(client.DisposeAsync().AsTask(), server.DisposeAsync().AsTask());
        Expect(await client.Monitor.Completion is null && await server.Monitor.Completion is null, "both were closed in good order");
    }

    public static async Task StrangerAsync(ThrowingLoggers loggers)
    {
        using TcpPair pair = await TcpPair.ConnectAsync();
        HeartbeatStream server = new(pair.Server, Options(loggers));
        loggers.Dispose();
        await pair.Client.SendAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray());
        try
        {
            await server.StartAsync();
        }
        catch (ConnectionLostException lost) when (lost.Loss is PeerNotLiveness)
        {
            await server.DisposeAsync();
            return;
        }

        throw new InvalidOperationException("A stranger got in.");
    }

    public static async Task EchoAsync(Stream client, Stream server)
    {
        byte[] received = new byte[2];
        await client.WriteAsync(new byte[] { 1, 2 });
        await server.ReadExactlyAsync(received);
        await server.WriteAsync(received);
        await client.ReadExactlyAsync(received);
        Expect(received is [1, 2], "bytes come back");
    }

    private static HeartbeatOptions Options(ThrowingLoggers loggers) =>
        new() { DetectWithin = T, Logger = loggers.CreateLogger("Liveness") };

    private static async Task LoseAsync(HeartbeatStream client, HeartbeatStream server, ThrowingLoggers loggers, LoopbackRelay path)
    {
        await Task.WhenAll(client.StartAsync(), server.StartAsync());
        await EchoAsync(client, server);
        loggers.Dispose();
        Task<ConnectionLoss> atServer = LossAsync(server.Monitor, static () => { });
        ConnectionLoss loss = await LossAsync(client.Monitor, path.Cut);
        Expect(loss is HeartbeatTimedOut, $"the client has missed beats, and not: {loss}");
        await atServer;
        await Task.WhenAll(client.DisposeAsync().AsTask(), server.DisposeAsync().AsTask());
    }
}
