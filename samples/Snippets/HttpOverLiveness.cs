using System.Net.Sockets;
using Liveness;

namespace Snippets;

/// <summary>HTTP over connections that are attached: a request on a dead one fails within the bound, and says why.</summary>
internal static class HttpOverLiveness
{
    public static HttpClient Make(ILivenessFactory liveness)
    {
        SocketsHttpHandler handler = new()
        {
            ConnectCallback = async (context, cancellationToken) =>
            {
                TcpClient tcp = new();
                try
                {
                    await tcp.ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancellationToken);
                    return (await liveness.AttachAsync(tcp, "api", cancellationToken)).Stream;
                }
                catch
                {
                    tcp.Dispose();
                    throw;
                }
            },
        };
        return new HttpClient(handler);
    }
}
