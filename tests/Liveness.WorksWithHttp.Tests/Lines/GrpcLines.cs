using Grpc.Net.Client;

namespace Liveness.WorksWithHttp.Tests.Lines;

internal static class GrpcLines
{
    public static GrpcChannel Make(ILivenessFactory liveness)
    {
        SocketsHttpHandler handler = new() { EnableMultipleHttp2Connections = true };
        handler.UseLiveness(liveness, "orders");
        return GrpcChannel.ForAddress("https://orders.example.com", new GrpcChannelOptions { HttpHandler = handler });
    }
}
