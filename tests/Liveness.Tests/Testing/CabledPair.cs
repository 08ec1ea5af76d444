using System.Net;
using System.Net.Sockets;
using Liveness.Testing;

namespace Liveness.Tests.Testing;

/// <summary>Two connected streams, and the cable between them, whichever it is.</summary>
internal sealed class CabledPair(IFaultyCable cable, Stream client, Stream server, Func<ValueTask> removeCable) : IAsyncDisposable
{
    public IFaultyCable Cable { get; } = cable;

    public Stream Client { get; } = client;

    public Stream Server { get; } = server;

    public static CabledPair InMemory()
    {
        InMemoryLink link = InMemoryLink.Create();
        return new CabledPair(link, link.Client, link.Server, () =>
        {
            link.Dispose();
            return ValueTask.CompletedTask;
        });
    }

    public static async Task<CabledPair> OnLoopbackAsync()
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        LoopbackRelay relay = LoopbackRelay.Start(listener.LocalEndPoint!);
        Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(relay.EndPoint);
        NetworkStream server = new(await listener.AcceptAsync(), ownsSocket: true);
        return new CabledPair(relay, new NetworkStream(client, ownsSocket: true), server, relay.DisposeAsync);
    }

    public ValueTask RemoveCableAsync() => removeCable();

    public async ValueTask DisposeAsync()
    {
        await RemoveCableAsync();
        await Client.DisposeAsync();
        await Server.DisposeAsync();
    }
}
