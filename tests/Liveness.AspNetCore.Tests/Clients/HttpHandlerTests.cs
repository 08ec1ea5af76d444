using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Liveness.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Liveness.AspNetCore.Tests.Clients;

/// <summary>HttpClient over a handler that uses Liveness, and Kestrel at the other end.</summary>
public sealed class HttpHandlerTests : IAsyncDisposable
{
    private readonly RecordedLogs _logs = new();
    private readonly LivenessFactory _inBand;
    private readonly LivenessFactory _kernelOnly;

    public HttpHandlerTests()
    {
        ILoggerFactory loggers = LoggerFactory.Create(logging => logging.AddProvider(_logs));
        _inBand = new LivenessFactory(new LivenessOptions { DetectWithin = TimeSpan.FromSeconds(30) }, loggers);
        _kernelOnly = new LivenessFactory(new LivenessOptions { DetectWithin = TimeSpan.FromSeconds(30), Mode = LivenessMode.KernelOnly }, loggers);
    }

    public async ValueTask DisposeAsync()
    {
        await _inBand.DisposeAsync();
        await _kernelOnly.DisposeAsync();
    }

    [Theory]
    [InlineData(LivenessMode.InBand, HttpProtocols.Http1, false)]
    [InlineData(LivenessMode.InBand, HttpProtocols.Http2, false)]
    [InlineData(LivenessMode.InBand, HttpProtocols.Http1, true)]
    [InlineData(LivenessMode.InBand, HttpProtocols.Http2, true)]
    [InlineData(LivenessMode.KernelOnly, HttpProtocols.Http1, false)]
    [InlineData(LivenessMode.KernelOnly, HttpProtocols.Http2, false)]
    [InlineData(LivenessMode.KernelOnly, HttpProtocols.Http1, true)]
    [InlineData(LivenessMode.KernelOnly, HttpProtocols.Http2, true)]
    public async Task Requests_go_over_one_connection_that_is_attached(LivenessMode mode, HttpProtocols protocol, bool tls)
    {
        await using TestServer server = await StartAsync(mode, protocol, tls);
        LivenessFactory factory = FactoryOf(mode);
        List<LivenessConnection> attached = [];
        using HttpClient client = ClientOf(Handler().UseLiveness(factory, attached: attached.Add), server, protocol, tls);
        byte[] body = RandomNumberGenerator.GetBytes(1 << 20);

        using HttpResponseMessage echo = await client.PostAsync("echo", new ByteArrayContent(body)).WaitAsync(TestServer.Limit);
        (await echo.Content.ReadAsByteArrayAsync().WaitAsync(TestServer.Limit)).Should().Equal(body);
        string seen = await client.GetStringAsync("hello").WaitAsync(TestServer.Limit);

        seen.Should().Be(mode == LivenessMode.InBand ? "in-band" : "plain", "the heartbeat is where Kestrel's UseLiveness stands, inside TLS");
        attached.Should().ContainSingle().Which.Monitor.State.Should().Be(LivenessState.Alive);
        attached[0].Mode.Should().Be(mode);
        factory.Connections.Should().Equal(attached);
    }

    [Theory]
    [InlineData(LivenessMode.InBand)]
    [InlineData(LivenessMode.KernelOnly)]
    public async Task A_connection_that_the_handler_closes_is_no_loss_and_leaves_nothing(LivenessMode mode)
    {
        await using TestServer server = await StartAsync(mode, HttpProtocols.Http1, tls: false);
        List<LivenessConnection> attached = [];
        LivenessFactory factory = FactoryOf(mode);
        for (int i = 0; i < 5; i++)
        {
            using HttpClient client = ClientOf(Handler().UseLiveness(factory, attached: attached.Add), server, HttpProtocols.Http1, tls: false);
            await client.GetStringAsync("hello").WaitAsync(TestServer.Limit);
        }

        foreach (LivenessConnection connection in attached)
        {
            (await connection.Monitor.Completion.WaitAsync(TestServer.Limit)).Should().BeNull();
        }

        attached.Should().HaveCount(5);
        await server.ConnectionsAreForgottenAsync();
        (factory.RecentLosses.Count, server.Factory.RecentLosses.Count).Should().Be((0, 0));
    }

    [Theory]
    [InlineData(LivenessMode.InBand)]
    [InlineData(LivenessMode.KernelOnly)]
    public async Task A_loss_fails_the_request_with_the_reason_and_the_next_request_connects_anew(LivenessMode mode)
    {
        await using TestServer server = await StartAsync(mode, HttpProtocols.Http1, tls: false);
        await using LoopbackRelay relay = LoopbackRelay.Start(server.EndPoint);
        List<LivenessConnection> attached = [];
        using HttpClient client = new(Handler().UseLiveness(FactoryOf(mode), attached: attached.Add)) { BaseAddress = new Uri($"http://{relay.EndPoint}/") };
        using HttpResponseMessage response = await client.GetAsync("endless", HttpCompletionOption.ResponseHeadersRead).WaitAsync(TestServer.Limit);
        Stream endless = await response.Content.ReadAsStreamAsync();

        relay.Reset();

        Func<Task> reading = () => endless.CopyToAsync(Stream.Null).WaitAsync(TestServer.Limit);
        Exception failure = (await reading.Should().ThrowAsync<Exception>()).Which;
        ConnectionLoss? loss = await attached[0].Monitor.Completion.WaitAsync(TestServer.Limit);
        loss.Should().BeOfType<ConnectionReset>();
        if (mode == LivenessMode.InBand)
        {
            // Otherwise a read of the handler's own may meet the reset before anybody else looks.
            Causes(failure).OfType<ConnectionLostException>().Should().Contain(lost => lost.Loss == loss);
        }

        (await client.GetStringAsync("hello").WaitAsync(TestServer.Limit)).Should().NotBeEmpty();
        attached.Should().HaveCount(2);
    }

    [Fact]
    public async Task A_server_that_does_not_speak_Liveness_is_named_as_the_reason()
    {
        await using TestServer server = await StartAsync(LivenessMode.KernelOnly, HttpProtocols.Http1, tls: false);
        using LivenessFactory impatient = new(new LivenessOptions { DetectWithin = TimeSpan.FromSeconds(30), Heartbeat = { HandshakeTimeout = TimeSpan.FromSeconds(1) } });
        using HttpClient client = ClientOf(Handler().UseLiveness(impatient), server, HttpProtocols.Http1, tls: false);

        Func<Task> asking = () => client.GetStringAsync("hello").WaitAsync(TestServer.Limit);

        HttpRequestException failure = (await asking.Should().ThrowAsync<HttpRequestException>()).Which;
        Causes(failure).OfType<ConnectionLostException>().Should().ContainSingle().Which.Loss.Should().BeOfType<PeerNotLiveness>();
    }

    [Theory]
    [InlineData(LivenessMode.InBand)]
    [InlineData(LivenessMode.KernelOnly)]
    public async Task A_callback_of_the_user_goes_on_connecting(LivenessMode mode)
    {
        await using TestServer server = await StartAsync(mode, HttpProtocols.Http1, tls: false);
        SocketsHttpHandler handler = Handler();
        List<string> dialled = [];
        handler.ConnectCallback = async (context, _) =>
        {
            dialled.Add(context.DnsEndPoint.Host);
            return new NetworkStream(await server.ConnectAsync(), ownsSocket: true);
        };
        using HttpClient client = new(handler.UseLiveness(FactoryOf(mode))) { BaseAddress = new Uri("http://elsewhere.invalid/") };

        await client.GetStringAsync("hello").WaitAsync(TestServer.Limit);

        dialled.Should().Equal("elsewhere.invalid");
        FactoryOf(mode).Connections.Should().ContainSingle();
    }

    /// <summary>The handler looks at the type: over a stream that hides it, there would be TLS in TLS.</summary>
    [Theory]
    [InlineData(LivenessMode.InBand)]
    [InlineData(LivenessMode.KernelOnly)]
    public async Task A_callback_of_the_user_may_bring_TLS_of_its_own(LivenessMode mode)
    {
        await using TestServer server = await StartAsync(mode, HttpProtocols.Http1, tls: true);
        SocketsHttpHandler handler = Handler();
        handler.ConnectCallback = async (_, cancellationToken) =>
        {
            SslStream tls = new(new NetworkStream(await server.ConnectAsync(), ownsSocket: true), leaveInnerStreamOpen: false, static (_, certificate, _, _) => certificate?.Subject == "CN=liveness");
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "liveness" }, cancellationToken);
            return tls;
        };
        using HttpClient client = ClientOf(handler.UseLiveness(FactoryOf(mode)), server, HttpProtocols.Http1, tls: true);

        await client.GetStringAsync("hello").WaitAsync(TestServer.Limit);

        FactoryOf(mode).Connections.Should().ContainSingle().Which.Monitor.State.Should().Be(LivenessState.Alive);
    }

    [Fact]
    public async Task A_filter_of_the_user_runs_too()
    {
        await using TestServer server = await StartAsync(LivenessMode.InBand, HttpProtocols.Http1, tls: false);
        SocketsHttpHandler handler = Handler();
        int seen = 0;
        handler.PlaintextStreamFilter = (context, _) =>
        {
            seen++;
            return ValueTask.FromResult(context.PlaintextStream);
        };
        using HttpClient client = ClientOf(handler.UseLiveness(_inBand), server, HttpProtocols.Http1, tls: false);

        await client.GetStringAsync("hello").WaitAsync(TestServer.Limit);

        (seen, _inBand.Connections.Count).Should().Be((1, 1));
    }

    [Fact]
    public async Task Over_a_Unix_domain_socket_it_works_in_band_and_passes_unwatched_with_one_warning_otherwise()
    {
        string folder = Directory.CreateTempSubdirectory("liveness").FullName;
        UnixDomainSocketEndPoint plain = new(Path.Combine(folder, "plain"));
        UnixDomainSocketEndPoint inBand = new(Path.Combine(folder, "in-band"));
        await using WebApplication server = await StartOnUnixAsync(plain, inBand);
        using HttpClient inside = new(Dialling(inBand).UseLiveness(_inBand)) { BaseAddress = new Uri("http://unix/") };
        using HttpClient outside = new(Dialling(plain).UseLiveness(_kernelOnly)) { BaseAddress = new Uri("http://unix/") };
        outside.DefaultRequestHeaders.ConnectionClose = true;

        (await inside.GetStringAsync("hello").WaitAsync(TestServer.Limit)).Should().Be("in-band");
        (await outside.GetStringAsync("hello").WaitAsync(TestServer.Limit)).Should().Be("plain");
        (await outside.GetStringAsync("hello").WaitAsync(TestServer.Limit)).Should().Be("plain");

        (_inBand.Connections.Count, _kernelOnly.Connections.Count).Should().Be((1, 0));
        await _logs.FirstAsync("HttpNotWatched").WaitAsync(TestServer.Limit);
        _logs.Entries.Where(static entry => entry.EventName == "HttpNotWatched").Should().ContainSingle()
            .Which.Text.Should().Contain("needs a TCP socket").And.Contain("KernelOnly");
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_closed_socket_fails_the_request_as_it_would_without_us()
    {
        await using TestServer server = await StartAsync(LivenessMode.KernelOnly, HttpProtocols.Http1, tls: false);
        SocketsHttpHandler handler = Handler();
        bool isClosed = true;
        handler.ConnectCallback = async (_, _) =>
        {
            Socket socket = await server.ConnectAsync();
            NetworkStream stream = new(socket, ownsSocket: true);
            if (isClosed)
            {
                socket.Dispose();
            }

            return stream;
        };
        using HttpClient client = ClientOf(handler.UseLiveness(_kernelOnly), server, HttpProtocols.Http1, tls: false);

        Func<Task> asking = () => client.GetStringAsync("hello").WaitAsync(TestServer.Limit);
        await asking.Should().ThrowAsync<HttpRequestException>();
        isClosed = false;

        (await client.GetStringAsync("hello").WaitAsync(TestServer.Limit)).Should().Be("plain");
        _kernelOnly.RecentLosses.Should().BeEmpty();
    }

    [Fact]
    public async Task What_the_callback_for_new_connections_throws_fails_the_request_and_leaves_nothing()
    {
        await using TestServer server = await StartAsync(LivenessMode.InBand, HttpProtocols.Http1, tls: false);
        SocketsHttpHandler handler = Handler().UseLiveness(_inBand, attached: static _ => throw new InvalidOperationException("not this one"));
        using HttpClient client = ClientOf(handler, server, HttpProtocols.Http1, tls: false);

        Func<Task> asking = () => client.GetStringAsync("hello").WaitAsync(TestServer.Limit);

        Causes((await asking.Should().ThrowAsync<HttpRequestException>()).Which).Should().Contain(static cause => cause.Message == "not this one");
        await server.ConnectionsAreForgottenAsync();
        _inBand.RecentLosses.Should().BeEmpty();
    }

    [Fact]
    public async Task In_band_it_connects_by_the_means_of_the_handler_and_is_used_once()
    {
        using SocketsHttpHandler handler = Handler().UseLiveness(_inBand);

        handler.ConnectCallback.Should().BeNull("clients such as gRPC's balance loads by a callback of their own");
        handler.Invoking(twice => twice.UseLiveness(_inBand)).Should().Throw<InvalidOperationException>().WithMessage("*already*");
        ServiceCollection services = new();
        services.AddLiveness("api");
        await using ServiceProvider provider = services.BuildServiceProvider();
        using SocketsHttpHandler other = new();
        other.Invoking(one => one.UseLiveness(provider.GetRequiredService<ILivenessFactory>(), "apu")).Should().Throw<ArgumentException>().WithMessage("*\"api\"*");
    }

    private LivenessFactory FactoryOf(LivenessMode mode) => mode == LivenessMode.InBand ? _inBand : _kernelOnly;

    private static SocketsHttpHandler Handler()
    {
        SocketsHttpHandler handler = new();
        handler.SslOptions.RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate?.Subject == "CN=liveness";
        return handler;
    }

    private static SocketsHttpHandler Dialling(UnixDomainSocketEndPoint endPoint) => new()
    {
        ConnectCallback = async (_, cancellationToken) =>
        {
            Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(endPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    };

    private static HttpClient ClientOf(SocketsHttpHandler handler, TestServer server, HttpProtocols protocol, bool tls) => new(handler)
    {
        BaseAddress = tls ? new UriBuilder(server.Address) { Scheme = "https" }.Uri : server.Address,
        DefaultRequestVersion = protocol == HttpProtocols.Http2 ? HttpVersion.Version20 : HttpVersion.Version11,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    private static IEnumerable<Exception> Causes(Exception? failure)
    {
        for (; failure is not null; failure = failure.InnerException)
        {
            yield return failure;
        }
    }

    private static Task<TestServer> StartAsync(LivenessMode mode, HttpProtocols protocol, bool tls) => TestServer.StartAsync(
        listen =>
        {
            listen.Protocols = protocol;
            if (tls)
            {
                listen.UseHttps(SelfMade());
            }

            if (mode == LivenessMode.InBand)
            {
                listen.UseLiveness("server");
            }
        },
        Map);

    private static void Map(WebApplication app)
    {
        app.MapGet("/hello", static (HttpContext context) => context.Features.Get<ILivenessConnectionFeature>() is null ? "plain" : "in-band");
        app.MapGet("/endless", static async (HttpContext context) =>
        {
            await context.Response.Body.WriteAsync(new byte[100]);
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });
        app.MapPost("/echo", static async (HttpContext context) =>
        {
            MemoryStream body = new();
            await context.Request.Body.CopyToAsync(body);
            await context.Response.Body.WriteAsync(body.ToArray());
        });
    }

    private static async Task<WebApplication> StartOnUnixAsync(UnixDomainSocketEndPoint plain, UnixDomainSocketEndPoint inBand)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddLiveness("server");
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ListenUnixSocket(plain.ToString());
            kestrel.ListenUnixSocket(inBand.ToString(), static listen => listen.UseLiveness("server"));
        });
        WebApplication app = builder.Build();
        Map(app);
        await app.StartAsync();
        return app;
    }

    private static X509Certificate2 SelfMade()
    {
        using RSA key = RSA.Create(2048);
        using X509Certificate2 made = new CertificateRequest("CN=liveness", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), password: null);
    }
}
