using System.Net;
using Grpc.Core;
using Grpc.Net.Client;
using Liveness.WorksWithHttp.Tests.Ends;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;

namespace Liveness.WorksWithHttp.Tests.Web;

/// <summary>HttpClient, and the clients that go through it.</summary>
internal sealed class WebClients(string host, Watching watching)
{
    private readonly ILivenessFactory _factory = new LivenessFactory(new LivenessOptions
    {
        Mode = watching == Watching.InBand ? LivenessMode.InBand : LivenessMode.KernelOnly,
        DetectWithin = watching == Watching.InBand ? Bounds.InBand : Bounds.KernelOnly,
    });

    private bool InBand => watching == Watching.InBand;

    public async Task<IReadOnlyList<Subject>> MakeAsync()
    {
        string proxy = await ProxyServer.StartAsync((busy, handler) => Use(handler, NameOf("YARP", busy)), $"http://{host}:{WebPorts.Http(InBand, version2: false)}");
        return
        [
            Http("HTTP/1.1", $"http://{host}:{WebPorts.Http(InBand, version2: false)}", HttpVersion.Version11, busy: false),
            Http("HTTP/1.1", $"http://{host}:{WebPorts.Http(InBand, version2: false)}", HttpVersion.Version11, busy: true),
            Http("HTTP/2", $"http://{host}:{WebPorts.Http(InBand, version2: true)}", HttpVersion.Version20, busy: false),
            Http("HTTP/2", $"http://{host}:{WebPorts.Http(InBand, version2: true)}", HttpVersion.Version20, busy: true),
            Http("HTTP/2 over TLS", $"https://{host}:{(InBand ? WebPorts.HttpsInBand : WebPorts.Https)}", HttpVersion.Version20, busy: false),
            Http("HTTP/2 over TLS", $"https://{host}:{(InBand ? WebPorts.HttpsInBand : WebPorts.Https)}", HttpVersion.Version20, busy: true),
            Pooled(),
            Grpc(busy: false),
            Grpc(busy: true),
            SignalR(busy: false),
            SignalR(busy: true),
            Proxied(proxy, busy: false),
            Proxied(proxy, busy: true),
        ];
    }

    private string NameOf(string client, bool busy) => $"{client}, {watching}, {(busy ? "busy" : "idle")}";

    private SocketsHttpHandler Handler(string subject)
    {
        SocketsHttpHandler handler = new();
        handler.SslOptions.RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate?.Subject == "CN=server";
        return Use(handler, subject);
    }

    /// <summary>Without a limit of its own, a handler would connect for as long as the kernel tries.</summary>
    private SocketsHttpHandler Use(SocketsHttpHandler handler, string subject)
    {
        handler.ConnectTimeout = TimeSpan.FromSeconds(4);
        return watching == Watching.None ? handler : handler.UseLiveness(_factory, attached: Reports.Of(subject));
    }

    private Subject Http(string protocol, string address, Version version, bool busy)
    {
        string name = NameOf($"HttpClient {protocol}", busy);
        HttpClient client = ClientOf(Handler(name), address, version);
        return new Subject
        {
            Name = name,
            IsBusy = busy,
            UseAsync = token => client.GetStringAsync("/echo", token),
            WaitAsync = token => client.GetStringAsync("/wait", token),
        };
    }

    /// <summary>Nobody waits for anything: the connection lies in the pool.</summary>
    private Subject Pooled()
    {
        string name = NameOf("HttpClient HTTP/1.1 in its pool", busy: false);
        HttpClient client = ClientOf(Handler(name), $"http://{host}:{WebPorts.Http(InBand, version2: false)}", HttpVersion.Version11);
        return new Subject { Name = name, UseAsync = token => client.GetStringAsync("/echo", token) };
    }

    private static HttpClient ClientOf(SocketsHttpHandler handler, string address, Version version) => new(handler)
    {
        BaseAddress = new Uri(address),
        DefaultRequestVersion = version,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        Timeout = Timeout.InfiniteTimeSpan,
    };

    private Subject Grpc(bool busy)
    {
        string name = NameOf("gRPC", busy);
        GrpcChannel channel = GrpcChannel.ForAddress($"http://{host}:{WebPorts.Http(InBand, version2: true)}", new GrpcChannelOptions { HttpHandler = Handler(name) });
        CallInvoker calls = channel.CreateCallInvoker();
        return new Subject
        {
            Name = name,
            IsBusy = busy,
            UseAsync = async token =>
            {
                using AsyncUnaryCall<byte[]> call = calls.AsyncUnaryCall(EchoGrpc.Echo, null, new CallOptions(cancellationToken: token), [1]);
                await call.ResponseAsync;
            },
            WaitAsync = async token =>
            {
                using AsyncServerStreamingCall<byte[]> call = calls.AsyncServerStreamingCall(EchoGrpc.Listen, null, new CallOptions(cancellationToken: token), [1]);
                await call.ResponseStream.MoveNext(token);
            },
        };
    }

    private Subject SignalR(bool busy)
    {
        string name = NameOf("SignalR", busy);
        HubConnection hub = new HubConnectionBuilder()
            .WithUrl($"https://{host}:{(InBand ? WebPorts.HttpsInBand : WebPorts.Https)}/hub", options =>
            {
                options.Transports = HttpTransportType.WebSockets;
                options.HttpMessageHandlerFactory = _ => Handler(name);
                options.WebSocketConfiguration = static socket => socket.HttpVersion = HttpVersion.Version20;
            })
            .WithAutomaticReconnect([.. Enumerable.Repeat(TimeSpan.FromSeconds(1), 100)])
            .Build();
        TaskCompletionSource<Exception?>? told = null;
        hub.Reconnecting += failure =>
        {
            told?.TrySetResult(failure);
            return Task.CompletedTask;
        };
        return new Subject
        {
            Name = name,
            IsBusy = busy,
            UseAsync = async token =>
            {
                if (hub.State == HubConnectionState.Disconnected)
                {
                    await hub.StartAsync(token);
                }

                await hub.InvokeAsync<string>("Echo", "echo", token);
            },
            WaitAsync = async token =>
            {
                told = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
                throw await told.Task.WaitAsync(token) ?? new IOException("no reason given");
            },
        };
    }

    private Subject Proxied(string proxy, bool busy)
    {
        string name = NameOf("YARP", busy);
        HttpClient client = ClientOf(new SocketsHttpHandler(), proxy, HttpVersion.Version11);
        return new Subject
        {
            Name = name,
            IsBusy = busy,
            UseAsync = token => client.GetStringAsync($"{ProxyServer.PathOf(busy)}/echo", token),
            WaitAsync = token => client.GetStringAsync($"{ProxyServer.PathOf(busy)}/wait", token),
        };
    }
}
