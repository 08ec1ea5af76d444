using Orleans.Concurrency;

namespace Liveness.WorksWithHttp.Tests.Cluster;

[Reentrant]
public sealed class EchoGrain : Grain, IEchoGrain
{
    public Task<string> Echo(string text) => Task.FromResult(text);

    public Task Listen() => Task.Delay(Timeout.Infinite);
}
