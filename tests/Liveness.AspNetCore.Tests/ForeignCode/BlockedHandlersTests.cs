using System.Diagnostics;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;

namespace Liveness.AspNetCore.Tests.ForeignCode;

public sealed class BlockedHandlersTests(ITestOutputHelper output)
{
    /// <summary>In a process of its own: the handlers of a hundred losses take the threads that they get.</summary>
    [Fact]
    public async Task A_hundred_handlers_that_block_for_seconds_cost_no_healthy_connection_over_TLS()
    {
        (string said, string complained, int exitCode) = await OwnProcess.RunAsync(BlockedHandlers.Command);

        output.WriteLine(complained);
        (exitCode, said).Should().Be((0, BlockedHandlers.AllIsWell + Environment.NewLine));
    }

    [Fact]
    public async Task A_server_stops_in_time_while_a_handler_blocks()
    {
        using ManualResetEventSlim released = new();
        TaskCompletionSource served = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource blocked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TestServer server = await TestServer.StartAsync(
            listen => listen.UseLiveness("server").Run(async context =>
            {
                ConnectionMonitor monitor = context.Features.Get<ILivenessConnectionFeature>()!.Connection.Monitor;
                monitor.ConnectionLost += (_, _) =>
                {
                    blocked.TrySetResult();
                    released.Wait(TestServer.Limit);
                };
                served.SetResult();
                await context.Transport.Input.CopyToAsync(context.Transport.Output);
            }),
            liveness: static options => options.DetectWithin = TimeSpan.FromSeconds(1));
        using Socket socket = await server.ConnectAsync();
        await using LivenessConnection client = await server.ClientFactory.AttachAsync(socket);

        // Sooner, the server may be in its handshake still, and never call the application.
        await served.Task.WaitAsync(TestServer.Limit);
        socket.LingerState = new LingerOption(enable: true, seconds: 0);
        socket.Dispose();
        await blocked.Task.WaitAsync(TestServer.Limit);

        Stopwatch stopping = Stopwatch.StartNew();
        await server.StopAsync().WaitAsync(TestServer.Limit);
        stopping.Stop();

        output.WriteLine($"stopped in {stopping.Elapsed}");
        stopping.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(10), "a dispose waits for a second, and Kestrel itself for 30");
        await server.ConnectionsAreForgottenAsync();
        released.Set();
    }
}
