using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Liveness.AspNetCore.Tests.Kestrel;

/// <summary>Real HTTP above a heartbeat: Kestrel at one end, SocketsHttpHandler at the other.</summary>
public sealed class HttpOverLivenessTests
{
    [Theory]
    [InlineData(HttpProtocols.Http1)]
    [InlineData(HttpProtocols.Http2)]
    public async Task Requests_and_responses_of_all_sizes_go_through_one_connection(HttpProtocols protocol)
    {
        await using TestServer server = await StartAsync(protocol);
        using HttpClient client = Client(server, protocol);

        (await client.GetStringAsync("hello").WaitAsync(TestServer.Limit)).Should().Be("hello from server");
        byte[] body = new byte[3 << 20];
        new Random(2).NextBytes(body);
        using HttpResponseMessage echo = await client.PostAsync("echo", new ByteArrayContent(body)).WaitAsync(TestServer.Limit);
        byte[] back = await echo.Content.ReadAsByteArrayAsync().WaitAsync(TestServer.Limit);
        SHA256.HashData(back).Should().Equal(SHA256.HashData(body));
        for (int i = 0; i < 20; i++)
        {
            (await client.GetStringAsync("hello").WaitAsync(TestServer.Limit)).Should().Be("hello from server");
        }

        server.Factory.Connections.Should().ContainSingle("HTTP keeps its connections");
        server.Logs.Errors.Should().BeEmpty();
    }

    [Fact]
    public async Task After_UseHttps_the_heartbeat_runs_inside_tls()
    {
        using RSA key = RSA.Create(2048);
        using X509Certificate2 selfMade = new CertificateRequest("CN=liveness", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        await using TestServer server = await TestServer.StartAsync(
            listen => listen.UseHttps(selfMade).UseLiveness("server"),
            app => app.MapGet("/hello", (HttpContext context) => $"{context.Request.Scheme} {context.Features.Get<ILivenessConnectionFeature>()!.Connection.Monitor.State}"));
        using HttpClient client = new(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                SslStream tls = new(new NetworkStream(await server.ConnectAsync(), ownsSocket: true), leaveInnerStreamOpen: false, (_, certificate, _, _) => certificate!.GetCertHashString() == selfMade.GetCertHashString());
                await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "liveness" }, cancellationToken);
                return (await server.ClientFactory.AttachAsync(tls, cancellationToken: cancellationToken)).Stream;
            },
        })
        { BaseAddress = server.Address };

        (await client.GetStringAsync("hello").WaitAsync(TestServer.Limit)).Should().Be("https Alive");
        server.Logs.Errors.Should().BeEmpty();
    }

    [Fact]
    public async Task A_client_that_goes_in_the_middle_of_a_response_raises_no_error()
    {
        TaskCompletionSource aborted = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TestServer server = await TestServer.StartAsync(
            listen => listen.UseLiveness("server"),
            app => app.MapGet("/endless", async (HttpContext context) =>
            {
                context.RequestAborted.Register(() => aborted.TrySetResult());
                byte[] chunk = new byte[16 * 1024];
                while (!context.RequestAborted.IsCancellationRequested)
                {
                    await context.Response.Body.WriteAsync(chunk);
                }
            }));
        Socket? socket = null;
        using HttpClient client = new(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                socket = await server.ConnectAsync();
                return (await server.ClientFactory.AttachAsync(socket, cancellationToken: cancellationToken)).Stream;
            },
        })
        { BaseAddress = server.Address };
        using HttpResponseMessage response = await client.GetAsync("endless", HttpCompletionOption.ResponseHeadersRead).WaitAsync(TestServer.Limit);
        await (await response.Content.ReadAsStreamAsync()).ReadExactlyAsync(new byte[100_000]).AsTask().WaitAsync(TestServer.Limit);

        socket!.Dispose();

        await aborted.Task.WaitAsync(TestServer.Limit);
        await server.StopAsync();
        server.Logs.Errors.Should().BeEmpty();
        server.Factory.RecentLosses.Should().ContainSingle();
    }

    [Theory]
    [InlineData(HttpProtocols.Http1)]
    [InlineData(HttpProtocols.Http2)]
    public async Task A_server_that_stops_in_the_middle_of_requests_raises_no_error(HttpProtocols protocol)
    {
        TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TestServer server = await TestServer.StartAsync(
            listen =>
            {
                listen.Protocols = protocol;
                listen.UseLiveness("server");
            },
            app => app.MapGet("/wait", async (HttpContext context) =>
            {
                TaskCompletionSource aborted = new(TaskCreationOptions.RunContinuationsAsynchronously);
                using CancellationTokenRegistration registration = context.RequestAborted.Register(aborted.SetResult);
                begun.SetResult();
                await aborted.Task;
            }));
        using HttpClient client = Client(server, protocol);
        Task<string> request = client.GetStringAsync("wait");
        await begun.Task.WaitAsync(TestServer.Limit);

        await server.StopAsync(new CancellationToken(canceled: true)).WaitAsync(TestServer.Limit);

        await request.Invoking(async waiting => await waiting.WaitAsync(TestServer.Limit)).Should().ThrowAsync<HttpRequestException>();
        server.Logs.Errors.Should().BeEmpty();
        server.Factory.RecentLosses.Should().BeEmpty("the server itself ended them");
    }

    private static Task<TestServer> StartAsync(HttpProtocols protocol) => TestServer.StartAsync(
        listen =>
        {
            listen.Protocols = protocol;
            listen.UseLiveness("server");
        },
        app =>
        {
            app.MapGet("/hello", (HttpContext context) => $"hello from {context.Features.Get<ILivenessConnectionFeature>()!.Connection.Name}");
            app.MapPost("/echo", async (HttpContext context) =>
            {
                // All of it first: the client reads nothing before it has sent everything.
                MemoryStream body = new();
                await context.Request.Body.CopyToAsync(body);
                await context.Response.Body.WriteAsync(body.ToArray());
            });
        });

    private static HttpClient Client(TestServer server, HttpProtocols protocol)
    {
        SocketsHttpHandler handler = new()
        {
            ConnectCallback = async (_, cancellationToken) => (await server.ClientFactory.AttachAsync(await server.ConnectAsync(), cancellationToken: cancellationToken)).Stream,
        };
        return new HttpClient(handler)
        {
            BaseAddress = server.Address,
            DefaultRequestVersion = protocol == HttpProtocols.Http2 ? HttpVersion.Version20 : HttpVersion.Version11,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
    }
}
