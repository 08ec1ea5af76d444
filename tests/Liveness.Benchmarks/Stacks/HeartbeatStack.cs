namespace Liveness.Benchmarks;

/// <summary><see cref="HeartbeatStream"/>, with all options at their defaults unless others are given.</summary>
internal sealed class HeartbeatStack(HeartbeatOptions? options = null) : IStack
{
    public string Name => "HeartbeatStream";

    public async Task<IEnd> OpenAsync(Stream stream, bool isServer) => new StreamEnd(await HeartbeatStream.StartAsync(stream, options));
}
