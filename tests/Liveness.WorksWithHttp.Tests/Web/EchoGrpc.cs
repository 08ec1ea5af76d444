using Grpc.Core;

namespace Liveness.WorksWithHttp.Tests.Web;

/// <summary>What protoc would make of a service of two methods.</summary>
internal static class EchoGrpc
{
    private static readonly Marshaller<byte[]> s_bytes = Marshallers.Create(static bytes => bytes, static bytes => bytes);

    public static Method<byte[], byte[]> Echo { get; } = new(MethodType.Unary, "Echo", nameof(Echo), s_bytes, s_bytes);

    /// <summary>A stream of the server's that never says anything.</summary>
    public static Method<byte[], byte[]> Listen { get; } = new(MethodType.ServerStreaming, "Echo", nameof(Listen), s_bytes, s_bytes);

    public static void Bind(ServiceBinderBase binder, EchoServiceBase? service)
    {
        binder.AddMethod(Echo, service is null ? null : new UnaryServerMethod<byte[], byte[]>(service.Echo));
        binder.AddMethod(Listen, service is null ? null : new ServerStreamingServerMethod<byte[], byte[]>(service.Listen));
    }
}
