using Grpc.Core;

namespace Liveness.WorksWithHttp.Tests.Web;

internal sealed class EchoService : EchoServiceBase
{
    public override Task<byte[]> Echo(byte[] request, ServerCallContext context) => Task.FromResult(request);

    public override async Task Listen(byte[] request, IServerStreamWriter<byte[]> responses, ServerCallContext context) =>
        await Task.Delay(Timeout.Infinite, context.CancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
