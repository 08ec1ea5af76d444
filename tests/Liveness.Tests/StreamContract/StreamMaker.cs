using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Liveness.Testing;
using Liveness.Tests.InBand;

namespace Liveness.Tests.StreamContract;

/// <summary>Makes two connected streams of a form, on the system's clock and thread pool.</summary>
internal static class StreamMaker
{
    private static readonly Lazy<X509Certificate2> s_certificate = new(MakeCertificate);

    public static Task<OpenStreams> OpenAsync(StreamForm form) => Hands.Within(MakeAsync(form));

    /// <summary>The client's end above one stream, the server's above another.</summary>
    public static async Task<OpenStreams> WrapAsync(string wrapper, Stream client, Stream server, bool leaveOpen)
    {
        if (wrapper == "SslStream")
        {
            return await Hands.Within(TlsOver(new OpenStreams(client, server), leaveOpen));
        }

        HeartbeatStream[] ends = [new(client, leaveOpen: leaveOpen), new(server)];
        await Hands.Within(Task.WhenAll(ends.Select(end => end.StartAsync())));
        return new OpenStreams(ends[0], ends[1]);
    }

    private static async Task<OpenStreams> MakeAsync(StreamForm form)
    {
        switch (form)
        {
            case StreamForm.NetworkStream:
                return OverNetworkStreams();
            case StreamForm.SslStream:
                return await TlsOver(OverNetworkStreams());
            case StreamForm.HeartbeatOverTls:
                return await HeartbeatOver(await TlsOver(OverNetworkStreams()));
            case StreamForm.HeartbeatOverHeartbeat:
                return await HeartbeatOver(await HeartbeatOver(OverNetworkStreams()));
            case StreamForm.TlsOverHeartbeat:
                return await TlsOver(await HeartbeatOver(OverNetworkStreams()));
            case StreamForm.MemoryLink:
                InMemoryLink link = InMemoryLink.Create();
                return new OpenStreams(link.Client, link.Server, link);
            case StreamForm.ThroughRelay:
                return await ThroughRelay();
            case StreamForm.AttachedInBand:
                return await Attached(OverNetworkStreams(), LivenessMode.InBand);
            case StreamForm.AttachedByKernel:
                return await Attached(OverNetworkStreams(), LivenessMode.KernelOnly);
            case StreamForm.AttachedByKernelOverTls:
                return await Attached(await TlsOver(OverNetworkStreams()), LivenessMode.KernelOnly);
            default:
                ConnectedPair pair = await ConnectedPair.OpenAsync(KindOf(form));
                return new OpenStreams(pair.Client, pair.Server, pair);
        }
    }

    private static TransportKind KindOf(StreamForm form) => form switch
    {
        StreamForm.HeartbeatOverSocket => TransportKind.Socket,
        StreamForm.HeartbeatOverNetworkStream => TransportKind.NetworkStream,
        StreamForm.HeartbeatOverUnixSocket => TransportKind.UnixSocket,
        StreamForm.HeartbeatOverNamedPipe => TransportKind.NamedPipe,
        StreamForm.HeartbeatOverAnonymousPipes => TransportKind.AnonymousPipes,
        StreamForm.HeartbeatOverMemory => TransportKind.Memory,
        _ => throw new ArgumentOutOfRangeException(nameof(form), form, null),
    };

    private static OpenStreams OverNetworkStreams()
    {
        SocketPair sockets = SocketPair.OverTcp();
        NetworkStream client = new(sockets.Client, ownsSocket: true);
        return new OpenStreams(client, new NetworkStream(sockets.Server, ownsSocket: true), sockets);
    }

    private static async Task<OpenStreams> TlsOver(OpenStreams inner, bool leaveOpen = false)
    {
        SslStream client = new(inner.Client, leaveOpen);
        SslStream server = new(inner.Server);
        SslClientAuthenticationOptions asked = new()
        {
            TargetHost = "test",
            RemoteCertificateValidationCallback = (_, shown, _, _) => s_certificate.Value.Equals(shown),
        };
        await Task.WhenAll(
            client.AuthenticateAsClientAsync(asked),
            server.AuthenticateAsServerAsync(s_certificate.Value));
        OpenStreams streams = inner.Beneath(client, server);

        // The server's session tickets come behind the handshake: a client that closes with them unread resets the connection.
        await Hands.CheckUsableAsync(streams);
        return streams;
    }

    private static async Task<OpenStreams> HeartbeatOver(OpenStreams inner)
    {
        HeartbeatStream[] ends = await Task.WhenAll(HeartbeatStream.StartAsync(inner.Client), HeartbeatStream.StartAsync(inner.Server));
        return inner.Beneath(ends[0], ends[1]);
    }

    private static async Task<OpenStreams> ThroughRelay()
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        LoopbackRelay relay = LoopbackRelay.Start(listener.LocalEndPoint!);
        Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(relay.EndPoint);
        Socket server = await listener.AcceptAsync();
        return new OpenStreams(new NetworkStream(client, ownsSocket: true), new NetworkStream(server, ownsSocket: true), relay);
    }

    private static async Task<OpenStreams> Attached(OpenStreams inner, LivenessMode mode)
    {
        LivenessFactory factory = new(new LivenessOptions { Mode = mode });
        LivenessConnection[] ends = await Task.WhenAll(factory.AttachAsync(inner.Client), factory.AttachAsync(inner.Server));
        return inner.Beneath(ends[0].Stream, ends[1].Stream, ends[0], ends[1], factory);
    }

    private static X509Certificate2 MakeCertificate()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=test", key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
    }
}
