using Liveness.Testing;

namespace Liveness.Tests.InBand;

/// <summary>Closing over a foreign stream of which calls fail or never return.</summary>
public sealed class HeartbeatStreamBlockedCloseTests
{
    [Fact]
    public void Dispose_ends_although_the_answer_to_the_goodbye_of_the_peer_could_not_be_written()
    {
        using StreamFixture fixture = new();
        BlockingStream inner = new(fixture.Link.Client);
        HeartbeatStream client = new(inner, fixture.With());
        Task started = client.StartAsync();
        Task serverStarted = fixture.Server.StartAsync();
        fixture.Run();
        fixture.Result(started);
        fixture.Result(serverStarted);

        inner.WritesFail = new IOException("broken pipe");
        Task peer = fixture.Server.DisposeAsync().AsTask();
        fixture.Run();
        Task closing = client.DisposeAsync().AsTask();

        fixture.AdvanceUntil(closing, TimeSpan.Zero);
        fixture.AdvanceUntil(peer, TimeSpan.FromSeconds(10));
        client.Monitor.State.Should().Be(LivenessState.Closed);
    }

    [Fact]
    public void Dispose_ends_although_the_hello_cannot_be_written()
    {
        using StreamFixture fixture = new();
        BlockingStream inner = new(fixture.Link.Client) { WritesNeverEnd = true };
        HeartbeatStream client = new(inner, fixture.With());
        Task started = client.StartAsync();
        fixture.Run();

        Task closing = client.DisposeAsync().AsTask();

        fixture.AdvanceUntil(closing, TimeSpan.FromSeconds(10));
        fixture.Failure(started).Should().BeOfType<ObjectDisposedException>();
    }

    [Fact]
    public void Dispose_ends_although_the_last_frame_never_leaves()
    {
        using StreamFixture fixture = new();
        BlockingStream inner = new(fixture.Link.Client);
        HeartbeatStream client = new(inner, fixture.With());
        Task started = client.StartAsync();
        Task serverStarted = fixture.Server.StartAsync();
        fixture.Result(started);
        fixture.Result(serverStarted);

        inner.FlushesNeverEnd = true;
        Task peer = fixture.Server.DisposeAsync().AsTask();
        fixture.Run();
        Task closing = client.DisposeAsync().AsTask();

        fixture.AdvanceUntil(closing, TimeSpan.FromSeconds(10));
        fixture.AdvanceUntil(peer, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void A_stream_whose_own_dispose_never_ends_is_left_to_itself()
    {
        using StreamFixture fixture = new();
        BlockingStream inner = new(fixture.Link.Client) { DisposeNeverEnds = true };
        HeartbeatStream client = new(inner, fixture.With());
        Task started = client.StartAsync();
        Task serverStarted = fixture.Server.StartAsync();
        fixture.Result(started);
        fixture.Result(serverStarted);

        Task closing = client.DisposeAsync().AsTask();
        fixture.Run();
        fixture.Server.Monitor.State.Should().Be(LivenessState.Closed);
        closing.IsCompleted.Should().BeFalse("it gives the stream a chance");

        fixture.AdvanceUntil(closing, StreamFixture.T);
        inner.Disposals.Should().Be(1);
    }

    [Fact]
    public void A_stream_whose_own_reads_never_end_is_left_to_itself()
    {
        using StreamFixture fixture = new();
        BlockingStream inner = new(fixture.Link.Client) { ReadsNeverEnd = true };
        HeartbeatStream client = new(inner, fixture.With(), leaveOpen: true);
        Task started = client.StartAsync();
        fixture.Run();

        fixture.AdvanceUntil(client.DisposeAsync().AsTask(), TimeSpan.FromSeconds(10));

        fixture.Failure(started).Should().BeOfType<ObjectDisposedException>();
        inner.Disposals.Should().Be(0);
    }

    [Fact]
    public async Task A_stream_that_blocks_in_every_call_holds_up_neither_its_caller_nor_another_connection()
    {
        TimeSpan limit = TimeSpan.FromSeconds(20);
        using InMemoryLink link = InMemoryLink.Create();
        using SocketPair pair = SocketPair.OverTcp();
        await using HeartbeatStream otherClient = new(pair.Client, new HeartbeatOptions { DetectWithin = TimeSpan.FromSeconds(1) });
        await using HeartbeatStream otherServer = new(pair.Server, new HeartbeatOptions { DetectWithin = TimeSpan.FromSeconds(1) });
        await Task.WhenAll(otherClient.StartAsync(), otherServer.StartAsync()).WaitAsync(limit);

        BlockingStream inner = new(link.Client) { ReadsBlock = true, WritesBlock = true, DisposeBlocks = true };
        HeartbeatStream stream = new(inner, new HeartbeatOptions { HandshakeTimeout = TimeSpan.FromMilliseconds(300), CloseTimeout = TimeSpan.FromMilliseconds(100) });
        using CancellationTokenSource cancel = new();
        Task<int> read = stream.ReadAsync(new byte[1], cancel.Token).AsTask();
        await cancel.CancelAsync();
        (await Record.ExceptionAsync(() => read.WaitAsync(limit))).Should().BeAssignableTo<OperationCanceledException>();

        ConnectionLoss? loss = await stream.Monitor.Completion.WaitAsync(limit);
        loss.Should().BeOfType<HandshakeFailed>();
        await stream.DisposeAsync().AsTask().WaitAsync(limit);
        await otherClient.Monitor.ProbeAsync().AsTask().WaitAsync(limit);
        otherClient.Monitor.State.Should().Be(LivenessState.Alive);
        inner.Release();
    }
}
