namespace Liveness.Benchmarks;

/// <summary>Nothing on top of the stream: what everything else is compared with.</summary>
internal sealed class RawStack(string name = "raw") : IStack
{
    public string Name => name;

    public Task<IEnd> OpenAsync(Stream stream, bool isServer) => Task.FromResult<IEnd>(new StreamEnd(stream));
}
