using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Liveness.WorksWithHttp.Tests.Ends;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Liveness.WorksWithHttp.Tests.Web;

/// <summary>A server for HTTP and what goes over it, with and without a heartbeat inside.</summary>
internal static class WebServer
{
    public static async Task RunAsync(IPAddress address)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddLiveness("web", static options => options.DetectWithin = Bounds.InBand);
        builder.Services.AddSignalR();
        builder.Services.AddGrpc();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => Listen(kestrel, address));
        WebApplication app = builder.Build();
        app.MapGet("/echo", static () => "echo");
        app.MapGet("/wait", static async (HttpContext context) =>
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing));
        app.MapHub<EchoHub>("/hub");
        app.MapGrpcService<EchoService>();
        await app.StartAsync();
        Reports.Write(new EndEvent(EndEventKind.Ready));
        await app.WaitForShutdownAsync();
    }

    private static void Listen(KestrelServerOptions kestrel, IPAddress address)
    {
        X509Certificate2 certificate = MakeCertificate();
        Add(WebPorts.Http1, HttpProtocols.Http1, null, inBand: false);
        Add(WebPorts.Http2, HttpProtocols.Http2, null, inBand: false);
        Add(WebPorts.Http1InBand, HttpProtocols.Http1, null, inBand: true);
        Add(WebPorts.Http2InBand, HttpProtocols.Http2, null, inBand: true);
        Add(WebPorts.Https, HttpProtocols.Http1AndHttp2, certificate, inBand: false);
        Add(WebPorts.HttpsInBand, HttpProtocols.Http1AndHttp2, certificate, inBand: true);

        void Add(int port, HttpProtocols protocols, X509Certificate2? tls, bool inBand) => kestrel.Listen(address, port, listen =>
        {
            listen.Protocols = protocols;
            if (tls is not null)
            {
                listen.UseHttps(tls);
            }

            if (inBand)
            {
                listen.UseLiveness("web");
            }
        });
    }

    private static X509Certificate2 MakeCertificate()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=server", key, HashAlgorithmName.SHA256);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using X509Certificate2 made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), password: null);
    }
}
