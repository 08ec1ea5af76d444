using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;

namespace Liveness.AspNetCore.Tests.Kestrel;

/// <summary>One port of Kestrel's for clients that speak Liveness, and for all others.</summary>
public sealed class OnePortTests
{
    [Fact]
    public async Task A_browser_and_a_client_that_speaks_Liveness_are_served_on_one_port()
    {
        await using TestServer server = await HttpAsync(listen => listen.UseLiveness("server"));
        using HttpClient browser = new() { BaseAddress = server.Address };
        using HttpClient client = new(InBand(server)) { BaseAddress = server.Address };

        (await browser.GetStringAsync("/").WaitAsync(TestServer.Limit)).Should().Be("http KernelOnly");
        (await client.GetStringAsync("/").WaitAsync(TestServer.Limit)).Should().Be("http InBand");

        server.Factory.Connections.Select(connection => connection.Mode).Should().BeEquivalentTo([LivenessMode.InBand, LivenessMode.KernelOnly]);
        server.Logs.Errors.Should().BeEmpty();
    }

    [Fact]
    public async Task Beneath_TLS_the_first_byte_of_TLS_decides()
    {
        using X509Certificate2 certificate = SelfMade();
        await using TestServer server = await HttpAsync(listen => listen.UseLiveness("server").UseHttps(certificate));
        using HttpClient browser = new(Tls(async () => new NetworkStream(await server.ConnectAsync(), ownsSocket: true))) { BaseAddress = server.Address };
        using HttpClient client = new(Tls(async () => (await server.AttachAsync()).Stream)) { BaseAddress = server.Address };

        (await browser.GetStringAsync("/").WaitAsync(TestServer.Limit)).Should().Be("https KernelOnly");
        (await client.GetStringAsync("/").WaitAsync(TestServer.Limit)).Should().Be("https InBand");
        server.Logs.Errors.Should().BeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Inside_TLS_the_protocol_that_it_has_agreed_on_decides_or_the_first_bytes(bool offers)
    {
        using X509Certificate2 certificate = SelfMade();
        await using TestServer server = await HttpAsync(listen => listen.UseHttps(certificate, https => https.ChooseLiveness()).UseLiveness("server"));
        SslApplicationProtocol[] offered = offers ? [LivenessProtocol.Alpn, SslApplicationProtocol.Http11] : [];
        using HttpClient browser = new(Tls(async () => new NetworkStream(await server.ConnectAsync(), ownsSocket: true))) { BaseAddress = server.Address };
        using HttpClient client = new(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                SslStream tls = await TlsAsync(new NetworkStream(await server.ConnectAsync(), ownsSocket: true), offered);
                tls.NegotiatedApplicationProtocol.Should().Be(offers ? LivenessProtocol.Alpn : default);
                return (await server.ClientFactory.AttachAsync(tls, cancellationToken: cancellationToken)).Stream;
            },
        })
        { BaseAddress = server.Address };

        (await browser.GetStringAsync("/").WaitAsync(TestServer.Limit)).Should().Be("https KernelOnly");
        (await client.GetStringAsync("/").WaitAsync(TestServer.Limit)).Should().Be("https InBand");
        server.Logs.Errors.Should().BeEmpty();
    }

    [Fact]
    public async Task A_client_over_TLS_goes_by_what_the_server_has_chosen()
    {
        using X509Certificate2 certificate = SelfMade();
        await using TestServer old = await HttpAsync(listen => listen.UseHttps(certificate), PlainPeers.Refuse);
        await using TestServer upgraded = await HttpAsync(listen => listen.UseHttps(certificate, https => https.ChooseLiveness()).UseLiveness("server"), PlainPeers.Refuse);
        await using LivenessFactory factory = new(new LivenessOptions { PlainPeers = PlainPeers.Serve });
        List<LivenessMode> modes = [];
        foreach (TestServer server in (TestServer[])[old, upgraded])
        {
            SslStream tls = await TlsAsync(new NetworkStream(await server.ConnectAsync(), ownsSocket: true), [LivenessProtocol.Alpn, SslApplicationProtocol.Http11]);
            await using LivenessConnection connection = await factory.AttachAsync(tls).WaitAsync(TestServer.Limit);
            modes.Add(connection.Mode);
            await connection.Stream.WriteAsync("GET /hello HTTP/1.0\r\n\r\n"u8.ToArray());
            using StreamReader answer = new(connection.Stream, leaveOpen: true);
            (await answer.ReadLineAsync().WaitAsync(TestServer.Limit)).Should().Be("HTTP/1.1 200 OK");
        }

        modes.Should().Equal(LivenessMode.KernelOnly, LivenessMode.InBand);
    }

    [Fact]
    public async Task A_client_whose_TLS_has_agreed_on_Liveness_and_that_speaks_HTTP_is_closed_with_a_clear_word()
    {
        using X509Certificate2 certificate = SelfMade();
        await using TestServer server = await HttpAsync(listen => listen.UseHttps(certificate, https => https.ChooseLiveness()).UseLiveness("server"));
        await using SslStream tls = await TlsAsync(new NetworkStream(await server.ConnectAsync(), ownsSocket: true), [LivenessProtocol.Alpn]);

        await tls.WriteAsync("GET / HTTP/1.0\r\n\r\n"u8.ToArray());

        Func<Task> reading = () => tls.CopyToAsync(Stream.Null).WaitAsync(TestServer.Limit);
        await reading.Invoking(async read => await read()).Should().NotThrowAsync<TimeoutException>();
        await server.StopAsync();
        server.Logs.Entries.Should().Contain(entry => entry.Text.Contains("liveness/1", StringComparison.Ordinal));
        server.Logs.Errors.Should().BeEmpty();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    public async Task A_plain_client_that_begins_like_Liveness_is_answered_to_the_byte(int alike)
    {
        await using TestServer server = await TestServer.StartAsync(
            listen => listen.UseLiveness("server").Run(InBandHandlers.EchoAsync), liveness: options => Serve(options, TimeSpan.FromMilliseconds(50)));
        byte[] hello = [1, 0, 0, 0x40, 0x4C, 0x49, 0x56, 0x45];
        using NetworkStream client = new(await server.ConnectAsync(), ownsSocket: true);
        byte[] echo = new byte[alike];

        foreach (byte one in hello[..alike])
        {
            // In segments of their own: the server looks at each.
            await client.WriteAsync(new[] { one });
        }

        await client.ReadExactlyAsync(echo).AsTask().WaitAsync(TestServer.Limit);
        echo.Should().Equal(hello[..alike]);
        byte[] more = new byte[100_000];
        new Random(3).NextBytes(more);
        Task writing = client.WriteAsync(more).AsTask();
        byte[] back = new byte[more.Length];
        await client.ReadExactlyAsync(back).AsTask().WaitAsync(TestServer.Limit);
        await writing;
        back.Should().Equal(more);
        server.Logs.Errors.Should().BeEmpty();
    }

    [Fact]
    public async Task A_server_that_speaks_first_speaks_to_a_client_that_waits_for_it()
    {
        await using TestServer server = await TestServer.StartAsync(
            listen => listen.UseLiveness("server").Run(async context =>
            {
                await context.Transport.Output.WriteAsync("220 hello\r\n"u8.ToArray());
                await InBandHandlers.EchoAsync(context);
            }),
            liveness: options => Serve(options, TimeSpan.FromMilliseconds(50)));
        using NetworkStream client = new(await server.ConnectAsync(), ownsSocket: true);
        using StreamReader lines = new(client);

        (await lines.ReadLineAsync().WaitAsync(TestServer.Limit)).Should().Be("220 hello");
        await client.WriteAsync("echo\r\n"u8.ToArray());
        (await lines.ReadLineAsync().WaitAsync(TestServer.Limit)).Should().Be("echo");
        server.Factory.Connections.Should().ContainSingle().Which.Mode.Should().Be(LivenessMode.KernelOnly);
    }

    /// <summary>The middleware is through with the connection long before: all of the answer is Kestrel's.</summary>
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task A_client_that_reads_slowly_gets_all_of_an_answer_behind_which_the_server_closes(bool isTls, bool isKernelOnly)
    {
        const int Length = 8_000_000;
        TaskCompletionSource isThrough = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using X509Certificate2 certificate = SelfMade();
        await using TestServer server = await TestServer.StartAsync(
            listen =>
            {
                listen.Use(next => async context =>
                {
                    await next(context);
                    isThrough.SetResult();
                });
                listen.UseLiveness("server");
                if (isTls)
                {
                    listen.UseHttps(certificate);
                }
            },
            app => app.MapGet("/", async (HttpContext context) =>
            {
                context.Response.Headers.Connection = "close";
                context.Response.ContentLength = Length;
                await context.Response.Body.WriteAsync(new byte[Length]);
            }),
            options =>
            {
                Serve(options, TimeSpan.FromSeconds(10));
                options.Mode = isKernelOnly ? LivenessMode.KernelOnly : LivenessMode.InBand;
                options.PlainPeers = isKernelOnly ? PlainPeers.Refuse : PlainPeers.Serve;
            },
            services => services.Configure<SocketTransportOptions>(transport => transport.MaxWriteBufferSize = null));
        Stream client = new NetworkStream(await server.ConnectAsync(), ownsSocket: true);
        await using Stream http = isTls ? await TlsAsync(client, [SslApplicationProtocol.Http11]) : client;
        await http.WriteAsync("GET / HTTP/1.1\r\nHost: one\r\n\r\n"u8.ToArray());

        await isThrough.Task.WaitAsync(TestServer.Limit);
        using MemoryStream answer = new();
        await http.CopyToAsync(answer).WaitAsync(TestServer.Limit);

        answer.Length.Should().BeGreaterThan(Length);
        server.Logs.Errors.Should().BeEmpty();
    }

    [Fact]
    public async Task With_Refuse_a_browser_is_closed_as_before()
    {
        await using TestServer server = await HttpAsync(listen => listen.UseLiveness("server"), PlainPeers.Refuse);
        using HttpClient browser = new() { BaseAddress = server.Address };

        await browser.Invoking(async client => await client.GetStringAsync("/").WaitAsync(TestServer.Limit)).Should().ThrowAsync<HttpRequestException>();
        server.Factory.Connections.Should().BeEmpty();
    }

    private static Task<TestServer> HttpAsync(Action<ListenOptions> listen, PlainPeers plainPeers = PlainPeers.Serve) => TestServer.StartAsync(
        listen,
        app =>
        {
            app.MapGet("/", (HttpContext context) => $"{context.Request.Scheme} {context.Features.Get<ILivenessConnectionFeature>()!.Connection.Mode}");
            app.MapGet("/hello", () => "hello");
        },
        options =>
        {
            Serve(options, TimeSpan.FromSeconds(10));
            options.PlainPeers = plainPeers;
        });

    private static void Serve(LivenessOptions options, TimeSpan plainPeerAfter)
    {
        options.PlainPeers = PlainPeers.Serve;
        options.Heartbeat.PlainPeerAfter = plainPeerAfter;
    }

    private static SocketsHttpHandler InBand(TestServer server) => new()
    {
        ConnectCallback = async (_, cancellationToken) => (await server.ClientFactory.AttachAsync(await server.ConnectAsync(), cancellationToken: cancellationToken)).Stream,
    };

    private static SocketsHttpHandler Tls(Func<Task<Stream>> connect) => new()
    {
        ConnectCallback = async (_, _) => await TlsAsync(await connect(), [SslApplicationProtocol.Http11]),
    };

    private static async Task<SslStream> TlsAsync(Stream beneath, IEnumerable<SslApplicationProtocol> offered)
    {
        SslStream tls = new(beneath, leaveInnerStreamOpen: false, (_, certificate, _, _) => certificate!.Subject == "CN=liveness");
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "liveness", ApplicationProtocols = [.. offered] }).WaitAsync(TestServer.Limit);
        return tls;
    }

    private static X509Certificate2 SelfMade()
    {
        using RSA key = RSA.Create(2048);
        return new CertificateRequest("CN=liveness", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
    }
}
