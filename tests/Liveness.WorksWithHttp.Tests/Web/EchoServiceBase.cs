using Grpc.Core;

namespace Liveness.WorksWithHttp.Tests.Web;

[BindServiceMethod(typeof(EchoGrpc), nameof(EchoGrpc.Bind))]
internal abstract class EchoServiceBase
{
    public abstract Task<byte[]> Echo(byte[] request, ServerCallContext context);

    public abstract Task Listen(byte[] request, IServerStreamWriter<byte[]> responses, ServerCallContext context);
}
