using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Liveness.Benchmarks;

/// <summary>A Kestrel that hands its connections over, bare or with the heartbeat's middleware before them.</summary>
internal sealed class KestrelEndpoint : IAsyncDisposable
{
    private const string Name = "compared";

    private readonly Channel<ConnectionContext> _accepted = Channel.CreateUnbounded<ConnectionContext>();
    private readonly TaskCompletionSource _over = new();
    private readonly WebApplication _application;

    private KestrelEndpoint(bool beats)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.Services.AddLiveness(Name);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (beats)
            {
                listen.UseLiveness(Name);
            }

            listen.Run(HandOverAsync);
        }));
        _application = builder.Build();
    }

    /// <summary>Opens one connection to an endpoint of its own, which lives as long as the connection.</summary>
    public static async Task<Connection> ConnectAsync(IStack stack)
    {
        KestrelEndpoint endpoint = new(beats: stack is HeartbeatStack);
        await endpoint._application.StartAsync();
        string address = endpoint._application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Loopback.Prepare(socket);
        await socket.ConnectAsync(IPAddress.Loopback, new Uri(address).Port);
        NetworkStream stream = new(socket, ownsSocket: true);
        Task<IEnd> opening = stack.OpenAsync(stream, isServer: false);
        ConnectionContext context = await endpoint._accepted.Reader.ReadAsync();
        Socket accepted = context.Features.Get<IConnectionSocketFeature>()!.Socket;
        Loopback.Prepare(accepted);
        PipeEnd pipe = new(context.Transport, endpoint);
        IEnd server = stack is WebSocketStack ? await stack.OpenAsync(pipe.AsStream(), isServer: true) : pipe;
        return new Connection(stack, await opening, server, new Loopback(stream, Stream.Null, CongestionControl.Read(accepted), "none, over Kestrel"));
    }

    public async ValueTask DisposeAsync()
    {
        _over.TrySetResult();
        await _application.DisposeAsync();
    }

    private async Task HandOverAsync(ConnectionContext context)
    {
        _accepted.Writer.TryWrite(context);
        await _over.Task;
    }
}
