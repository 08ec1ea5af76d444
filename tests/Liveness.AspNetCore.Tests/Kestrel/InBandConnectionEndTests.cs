using System.Net.Sockets;
using Liveness.Testing;
using Microsoft.AspNetCore.Connections;
using static Liveness.AspNetCore.Tests.Kestrel.InBandHandlers;

namespace Liveness.AspNetCore.Tests.Kestrel;

/// <summary>How a heartbeat inside one of Kestrel's connections ends: by its client, by its handler, by its server.</summary>
public sealed class InBandConnectionEndTests
{
    [Fact]
    public async Task A_client_that_vanishes_without_goodbye_is_a_loss_at_once()
    {
        TaskCompletionSource<ConnectionContext> seen = NewSource<ConnectionContext>();
        await using TestServer server = await StartAsync(async context =>
        {
            seen.SetResult(context);
            await EchoAsync(context);
        });
        Socket socket = await server.ConnectAsync();
        await using LivenessConnection client = await server.ClientFactory.AttachAsync(socket).WaitAsync(TestServer.Limit);
        LivenessConnection there = (await seen.Task.WaitAsync(TestServer.Limit)).Features.Get<ILivenessConnectionFeature>()!.Connection;

        socket.Dispose();

        (await there.Monitor.Completion.WaitAsync(TestServer.Limit)).Should().Match<ConnectionLoss>(loss => loss is ClosedWithoutGoodbye || loss is ConnectionReset);
        server.Logs.Errors.Should().BeEmpty();
    }

    [Fact]
    public async Task An_abort_of_ours_is_no_loss_here_and_one_there()
    {
        TaskCompletionSource<LivenessConnection> seen = NewSource<LivenessConnection>();
        await using TestServer server = await StartAsync(async context =>
        {
            seen.SetResult(context.Features.Get<ILivenessConnectionFeature>()!.Connection);
            await context.Transport.Input.ReadAsync();
            context.Abort();
            TaskCompletionSource closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
            using CancellationTokenRegistration registration = context.ConnectionClosed.Register(closed.SetResult);
            await closed.Task;
        });
        await using LivenessConnection client = await server.AttachAsync();
        LivenessConnection there = await seen.Task.WaitAsync(TestServer.Limit);
        await client.Stream.WriteAsync("hello"u8.ToArray());

        (await there.Monitor.Completion.WaitAsync(TestServer.Limit)).Should().BeNull("we ended it ourselves");
        (await client.Monitor.Completion.WaitAsync(TestServer.Limit)).Should().NotBeNull();
        server.Logs.Errors.Should().BeEmpty();
    }

    [Fact]
    public async Task A_server_that_stops_asks_its_handlers_and_then_aborts_those_that_stay()
    {
        TaskCompletionSource<ConnectionContext> seen = NewSource<ConnectionContext>();
        await using TestServer server = await StartAsync(async context =>
        {
            seen.SetResult(context);
            await EchoAsync(context);
        });
        await using LivenessConnection client = await server.AttachAsync();
        LivenessConnection there = (await seen.Task.WaitAsync(TestServer.Limit)).Features.Get<ILivenessConnectionFeature>()!.Connection;

        // No time is left: Kestrel aborts at once what does not end by itself.
        await server.StopAsync(new CancellationToken(canceled: true)).WaitAsync(TestServer.Limit);

        (await there.Monitor.Completion.WaitAsync(TestServer.Limit)).Should().BeNull("the server itself ended it");
        (await client.Monitor.Completion.WaitAsync(TestServer.Limit)).Should().NotBeNull();
        server.Logs.Errors.Should().BeEmpty();
        server.Logs.Entries.Should().ContainSingle(entry => entry.EventName == "ApplicationMetAbort");
        await server.ConnectionsAreForgottenAsync();
    }

    /// <summary>A goodbye in good order would tell the client that it has all there is.</summary>
    [Fact]
    public async Task A_handler_that_throws_is_logged_by_Kestrel_and_its_client_is_told_that_it_was_cut_short()
    {
        TaskCompletionSource<LivenessConnection> seen = NewSource<LivenessConnection>();
        await using TestServer server = await StartAsync(context =>
        {
            seen.SetResult(context.Features.Get<ILivenessConnectionFeature>()!.Connection);
            throw new InvalidDataException("a fault of the application");
        });
        await using LivenessConnection client = await server.AttachAsync();

        PeerGaveUp loss = (await client.Monitor.Completion.WaitAsync(TestServer.Limit)).Should().BeOfType<PeerGaveUp>().Subject;
        loss.Code.Should().Be(GoodbyeCode.Aborted);
        loss.ToString().Should().Contain("the application failed").And.NotContain("a fault of", "what failed is the server's own business");
        LivenessConnection there = await seen.Task.WaitAsync(TestServer.Limit);
        (await there.Monitor.Completion.WaitAsync(TestServer.Limit)).Should().BeNull("the server itself ended it");
        there.Monitor.CloseResult!.Outcome.Should().Be(CloseOutcome.Aborted);
        await server.StopAsync();
        server.Logs.Errors.Should().ContainSingle().Which.Text.Should().Contain("a fault of the application");
    }

    /// <summary>What goes away in good order is no failure of the handler, and no line of an error.</summary>
    [Fact]
    public async Task A_server_that_is_drained_tells_its_clients_and_its_handlers_end_without_an_error()
    {
        TaskCompletionSource<LivenessConnection> seen = NewSource<LivenessConnection>();
        await using TestServer server = await StartAsync(async context =>
        {
            seen.SetResult(context.Features.Get<ILivenessConnectionFeature>()!.Connection);
            await EchoAsync(context);
        });
        await using LivenessConnection client = await server.AttachAsync();
        LivenessConnection there = await seen.Task.WaitAsync(TestServer.Limit);

        DrainResult result = await server.Factory.DrainAsync().WaitAsync(TestServer.Limit);

        result.Confirmed.Should().Be(1);
        (await client.Monitor.Completion.WaitAsync(TestServer.Limit)).Should().BeNull();
        client.Monitor.PeerGoingAway.Should().NotBeNull();
        (await there.Monitor.Completion.WaitAsync(TestServer.Limit)).Should().BeNull();
        await server.ConnectionsAreForgottenAsync();
        await using LivenessConnection late = await server.AttachAsync();
        (await late.Monitor.Completion.WaitAsync(TestServer.Limit)).Should().BeNull();
        late.Monitor.PeerGoingAway.Should().NotBeNull("whoever comes then is told the same");
        await server.StopAsync();
        server.Logs.Errors.Should().BeEmpty();
    }

    /// <summary>What the application makes of the read that fails is no reason to cut short what is being said.</summary>
    [Fact]
    public async Task A_handler_that_fails_because_its_server_is_drained_does_not_cut_the_goodbye_short()
    {
        TaskCompletionSource failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TestServer server = await StartAsync(async context =>
        {
            try
            {
                await EchoAsync(context);
            }
            catch (ConnectionAbortedException aborted)
            {
                failed.SetResult();
                throw new InvalidDataException("half a message", aborted);
            }
        });
        await using LoopbackRelay relay = LoopbackRelay.Start(server.EndPoint);
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(relay.EndPoint);
        await using LivenessConnection client = await server.ClientFactory.AttachAsync(socket).WaitAsync(TestServer.Limit);
        await client.Stream.WriteAsync("hello"u8.ToArray());
        (await client.Stream.ReadAsync(new byte[100])).Should().Be(5);
        relay.Stall();
        Task<DrainResult> drained = server.Factory.DrainAsync(new DrainOptions { Within = TimeSpan.FromSeconds(30) });
        await failed.Task.WaitAsync(TestServer.Limit);

        // An abort would take no time.
        await Task.WhenAny(drained, Task.Delay(TimeSpan.FromSeconds(0.5)));
        relay.Resume();

        (await drained.WaitAsync(TestServer.Limit)).Confirmed.Should().Be(1);
        (await client.Monitor.Completion.WaitAsync(TestServer.Limit)).Should().BeNull();
        client.Monitor.PeerGoingAway.Should().NotBeNull();
    }
}
