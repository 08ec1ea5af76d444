using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Liveness.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using static Liveness.AspNetCore.Tests.Kestrel.InBandHandlers;

namespace Liveness.AspNetCore.Tests.Kestrel;

/// <summary>Connection handlers over a heartbeat inside Kestrel's connections, on loopback.</summary>
public sealed class InBandConnectionTests
{
    private static readonly byte[] s_hello = "hello"u8.ToArray();

    [Fact]
    public async Task A_handler_reads_and_writes_as_before_and_the_end_of_its_client_is_an_end()
    {
        TaskCompletionSource<ILivenessConnectionFeature> seen = NewSource<ILivenessConnectionFeature>();
        await using TestServer server = await StartAsync(async context =>
        {
            seen.SetResult(context.Features.Get<ILivenessConnectionFeature>()!);
            await EchoAsync(context);
        });
        LivenessConnection client = await server.AttachAsync();
        LivenessConnection there = (await seen.Task.WaitAsync(TestServer.Limit)).Connection;
        there.Name.Should().Be("server");
        there.Mode.Should().Be(LivenessMode.InBand);
        server.Factory.Connections.Should().ContainSingle().Which.Should().BeSameAs(there);

        await client.Stream.WriteAsync(s_hello);
        byte[] echo = new byte[s_hello.Length];
        await client.Stream.ReadExactlyAsync(echo).AsTask().WaitAsync(TestServer.Limit);
        echo.Should().Equal(s_hello);
        await client.DisposeAsync();

        (await there.Monitor.Completion.WaitAsync(TestServer.Limit)).Should().BeNull("the client said goodbye");
        server.Factory.RecentLosses.Should().BeEmpty();
        server.Logs.Errors.Should().BeEmpty();
    }

    [Fact]
    public async Task A_handler_that_returns_closes_in_good_order_and_what_it_wrote_without_flushing_arrives()
    {
        await using TestServer server = await StartAsync(context =>
        {
            context.Transport.Output.Write(s_hello);
            return Task.CompletedTask;
        });
        await using LivenessConnection client = await server.AttachAsync();

        using StreamReader reader = new(client.Stream, Encoding.ASCII, leaveOpen: true);
        (await reader.ReadToEndAsync().WaitAsync(TestServer.Limit)).Should().Be("hello");
        await client.DisposeAsync();
        (await client.Monitor.Completion.WaitAsync(TestServer.Limit)).Should().BeNull("the server said goodbye");
        server.Logs.Errors.Should().BeEmpty();
    }

    [Fact]
    public async Task Megabytes_go_both_ways_unharmed_and_a_reader_that_waits_holds_the_writer_back()
    {
        byte[] data = new byte[8 << 20];
        new Random(1).NextBytes(data);
        TaskCompletionSource<bool> begun = NewSource<bool>();
        await using TestServer server = await StartAsync(async context =>
        {
            begun.SetResult(true);
            await EchoAsync(context);
        });
        await using LivenessConnection client = await server.AttachAsync();
        await begun.Task.WaitAsync(TestServer.Limit);

        // The echo can't end before somebody reads it: more is under way than all windows hold.
        Task writing = client.Stream.WriteAsync(data).AsTask();
        byte[] echo = new byte[data.Length];
        await client.Stream.ReadExactlyAsync(echo).AsTask().WaitAsync(TestServer.Limit);
        await writing.WaitAsync(TestServer.Limit);

        echo.AsSpan().SequenceEqual(data).Should().BeTrue();
    }

    [Fact]
    public async Task A_silent_path_is_a_loss_that_ends_reads_flushes_and_the_connection()
    {
        TaskCompletionSource<ConnectionContext> seen = NewSource<ConnectionContext>();
        TaskCompletionSource<Exception?> readEnded = NewSource<Exception?>();
        TaskCompletionSource<FlushResult> flushed = NewSource<FlushResult>();
        TaskCompletionSource<bool> closed = NewSource<bool>();
        await using TestServer server = await StartAsync(
            async context =>
            {
                context.ConnectionClosed.Register(() => closed.TrySetResult(true));
                seen.SetResult(context);
                ConnectionLostException? lost = null;
                try
                {
                    await context.Transport.Input.ReadAsync();
                    readEnded.SetResult(null);
                }
                catch (ConnectionLostException failure)
                {
                    lost = failure;
                    readEnded.SetResult(failure);
                }

                // The read may be told a moment before the writer is.
                FlushResult flush;
                do
                {
                    context.Transport.Output.Write(s_hello);
                    flush = await context.Transport.Output.FlushAsync();
                    await Task.Yield();
                }
                while (!flush.IsCompleted);
                flushed.SetResult(flush);
                throw lost!;
            },
            TimeSpan.FromSeconds(1));
        await using LoopbackRelay relay = LoopbackRelay.Start(server.EndPoint);
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(relay.EndPoint).WaitAsync(TestServer.Limit);
        await using LivenessFactory clientFactory = new(new LivenessOptions { DetectWithin = TimeSpan.FromSeconds(1) });
        await using LivenessConnection client = await clientFactory.AttachAsync(socket).WaitAsync(TestServer.Limit);
        LivenessConnection there = (await seen.Task.WaitAsync(TestServer.Limit)).Features.Get<ILivenessConnectionFeature>()!.Connection;

        relay.Cut();

        ConnectionLoss loss = (await there.Monitor.Completion.WaitAsync(TestServer.Limit))!;
        loss.Should().BeOfType<HeartbeatTimedOut>();
        loss.Evidence.Kernel.Should().NotBeNull("the socket beneath Kestrel's transport is known");
        (await readEnded.Task.WaitAsync(TestServer.Limit)).Should().BeOfType<ConnectionLostException>().Which.Loss.Should().BeSameAs(loss);
        (await flushed.Task.WaitAsync(TestServer.Limit)).IsCompleted.Should().BeTrue();
        await closed.Task.WaitAsync(TestServer.Limit);
        await server.Logs.FirstAsync("ConnectionLost").WaitAsync(TestServer.Limit);
        server.Logs.Errors.Should().BeEmpty("a loss is told once, as a warning");
        server.Logs.Entries.Count(entry => entry.EventName == "ConnectionLost").Should().Be(1);
    }

    [Fact]
    public async Task A_stranger_is_closed_with_a_line_at_debug_and_the_application_never_sees_it()
    {
        bool wasCalled = false;
        await using TestServer server = await StartAsync(_ =>
        {
            wasCalled = true;
            return Task.CompletedTask;
        });
        using Socket stranger = await server.ConnectAsync();
        await stranger.SendAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());

        await ReadToEndAsync(stranger);

        wasCalled.Should().BeFalse();
        server.Logs.Errors.Should().BeEmpty();
        await server.StopAsync();
        server.Logs.Entries.Should().ContainSingle(entry => entry.EventName == "ConnectionNotAttached").Which.Level.Should().Be(LogLevel.Debug);
        await server.ConnectionsAreForgottenAsync();
    }

    [Fact]
    public async Task A_client_that_says_nothing_is_closed_after_the_handshake_time()
    {
        await using TestServer server = await StartAsync(EchoAsync, liveness: options => options.Heartbeat.HandshakeTimeout = TimeSpan.FromMilliseconds(200));
        using Socket mute = await server.ConnectAsync();

        await ReadToEndAsync(mute);

        await server.StopAsync();
        server.Logs.Entries.Should().ContainSingle(entry => entry.EventName == "ConnectionNotAttached").Which.Text.Should().Contain("HandshakeFailed");
        server.Logs.Errors.Should().BeEmpty();
    }

    [Fact]
    public async Task Without_a_factory_it_says_what_to_call()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseLiveness()));

        Func<Task> start = async () =>
        {
            await using WebApplication app = builder.Build();
            await app.StartAsync();
        };

        (await start.Should().ThrowAsync<InvalidOperationException>()).Which.Message.Should().Contain("UseLiveness").And.Contain("AddLiveness");
    }

    /// <summary>Whatever kind of end it is.</summary>
    private static async Task ReadToEndAsync(Socket socket)
    {
        byte[] buffer = new byte[1024];
        try
        {
            while (await socket.ReceiveAsync(buffer).WaitAsync(TestServer.Limit) > 0)
            {
            }
        }
        catch (SocketException reset)
        {
            reset.SocketErrorCode.Should().Be(SocketError.ConnectionReset);
        }
    }
}
