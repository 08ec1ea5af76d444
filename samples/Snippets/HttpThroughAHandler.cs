using Liveness;

namespace Snippets;

/// <summary>HTTP over connections that are attached: whatever goes through the handler is told of a loss.</summary>
internal static class HttpThroughAHandler
{
    public static HttpClient Make(ILivenessFactory liveness)
    {
        SocketsHttpHandler handler = new SocketsHttpHandler().UseLiveness(liveness, "api");
        return new HttpClient(handler);
    }
}
