using System.Net.Sockets;
using NATS.Client.Core;

namespace Liveness.WorksWith.Tests.Hooks;

/// <summary>A connection that a program has put around the client's, to count its bytes.</summary>
internal class CountingConnection(INatsSocketConnection inner) : INatsSocketConnection
{
    private long _sent;
    private long _received;

    public long Sent => Interlocked.Read(ref _sent);

    public long Received => Interlocked.Read(ref _received);

    public async ValueTask<int> SendAsync(ReadOnlyMemory<byte> buffer)
    {
        int sent = await inner.SendAsync(buffer);
        Interlocked.Add(ref _sent, sent);
        return sent;
    }

    public async ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        int received = await inner.ReceiveAsync(buffer);
        Interlocked.Add(ref _received, received);
        return received;
    }

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    /// <summary>One that shows the socket beneath, as the client asks for its TLS.</summary>
    internal sealed class WithSocket(INatsTlsUpgradeableSocketConnection inner) : CountingConnection(inner), INatsTlsUpgradeableSocketConnection
    {
        public Socket Socket { get; } = inner.Socket;
    }
}
