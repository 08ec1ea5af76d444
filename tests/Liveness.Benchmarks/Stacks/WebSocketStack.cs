using System.Net.WebSockets;

namespace Liveness.Benchmarks;

/// <summary>
/// .NET's WebSocket with pings from both ends: the client masks what it sends, the server does not. One binary message a write.
/// </summary>
internal sealed class WebSocketStack(TimeSpan keepAliveInterval, TimeSpan keepAliveTimeout) : IStack
{
    public string Name => "WebSocket";

    public Task<IEnd> OpenAsync(Stream stream, bool isServer) => Task.FromResult<IEnd>(new WebSocketEnd(WebSocket.CreateFromStream(stream, new WebSocketCreationOptions
    {
        IsServer = isServer,
        KeepAliveInterval = keepAliveInterval,
        KeepAliveTimeout = keepAliveTimeout,
    })));
}
