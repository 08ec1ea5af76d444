using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Liveness.AspNetCore.Tests.Kestrel;

/// <summary>Modes that leave the bytes alone: any client is served.</summary>
public sealed class OtherModesTests
{
    [Fact]
    public async Task Kernel_only_serves_plain_clients_and_watches_the_accepted_socket()
    {
        ILivenessConnectionFeature? feature = null;
        await using TestServer server = await TestServer.StartAsync(
            listen => listen.UseLiveness("server"),
            app => app.MapGet("/", (HttpContext context) =>
            {
                feature = context.Features.Get<ILivenessConnectionFeature>();
                return "plain";
            }),
            options => options.Mode = LivenessMode.KernelOnly);
        using (HttpClient client = new() { BaseAddress = server.Address })
        {
            (await client.GetStringAsync("/").WaitAsync(TestServer.Limit)).Should().Be("plain");
            feature!.Connection.Mode.Should().Be(LivenessMode.KernelOnly);
            server.Factory.Connections.Should().ContainSingle();
        }

        (await feature.Connection.Monitor.Completion.WaitAsync(TestServer.Limit)).Should().BeNull("the client closed it");
        await server.StopAsync();
        server.Logs.Errors.Should().BeEmpty();
        await server.ConnectionsAreForgottenAsync();
    }

    [Fact]
    public async Task A_side_channel_watches_what_Kestrel_accepted_and_its_client_connected()
    {
        int port = FreePort();
        TaskCompletionSource<LivenessConnection> seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TestServer server = await TestServer.StartAsync(
            listen => listen.UseLiveness("server").Run(async context =>
            {
                seen.SetResult(context.Features.Get<ILivenessConnectionFeature>()!.Connection);
                System.IO.Pipelines.ReadResult result = await context.Transport.Input.ReadAsync();
                await context.Transport.Output.WriteAsync(result.Buffer.First);
                context.Transport.Input.AdvanceTo(result.Buffer.End);
                await context.Transport.Input.ReadAsync();
            }),
            liveness: options => (options.Mode, options.SideChannel.Listen) = (LivenessMode.SideChannel, $"127.0.0.1:{port}"));
        LivenessOptions clientOptions = new() { Mode = LivenessMode.SideChannel, DetectWithin = TimeSpan.FromSeconds(30) };
        clientOptions.SideChannel.Connect = $"127.0.0.1:{port}";
        await using LivenessFactory clientFactory = new(clientOptions);
        LivenessConnection client = await clientFactory.AttachAsync(await server.ConnectAsync()).WaitAsync(TestServer.Limit);
        LivenessConnection there = await seen.Task.WaitAsync(TestServer.Limit);
        there.Mode.Should().Be(LivenessMode.SideChannel);

        await client.Stream.WriteAsync("hi"u8.ToArray());
        byte[] echo = new byte[2];
        await client.Stream.ReadExactlyAsync(echo).AsTask().WaitAsync(TestServer.Limit);
        echo.Should().Equal("hi"u8.ToArray(), "the bytes are the application's own");
        await client.DisposeAsync();

        (await there.Monitor.Completion.WaitAsync(TestServer.Limit)).Should().BeNull();
        server.Logs.Errors.Should().BeEmpty();
    }

    [Fact]
    public async Task Kernel_only_tells_a_reset_and_aborts()
    {
        TaskCompletionSource<ConnectionContext> seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TestServer server = await TestServer.StartAsync(
            listen => listen.UseLiveness("server").Run(async context =>
            {
                using CancellationTokenRegistration registration = context.ConnectionClosed.Register(closed.SetResult);
                seen.SetResult(context);
                await closed.Task;
            }),
            liveness: options => options.Mode = LivenessMode.KernelOnly);
        Socket socket = await server.ConnectAsync();
        LivenessConnection there = (await seen.Task.WaitAsync(TestServer.Limit)).Features.Get<ILivenessConnectionFeature>()!.Connection;

        socket.LingerState = new LingerOption(enable: true, seconds: 0);
        socket.Dispose();

        await closed.Task.WaitAsync(TestServer.Limit);
        await there.Monitor.Completion.WaitAsync(TestServer.Limit);
        server.Logs.Errors.Should().BeEmpty();
    }

    private static int FreePort()
    {
        using TcpListener listener = new(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }
}
