using Liveness.Testing;
using Liveness.Tests.Support;

namespace Liveness.Tests.DependencyInjection;

/// <summary>An accepting end that serves plain peers, over a link in memory: every byte of them arrives, and nothing is said before the kind
/// of peer is known.</summary>
public sealed class PlainPeerTests : IAsyncDisposable
{
    private static readonly byte[] s_hello = PeerFrames.Hello();
    private static readonly TimeSpan s_after = TimeSpan.FromSeconds(30);

    /// <summary>Time is that of the clock alone, and it stands still where bytes decide: the pool may be behind.</summary>
    private readonly FactoryRig _rig = new(new LivenessOptions
    {
        DetectWithin = TimeSpan.FromSeconds(3),
        PlainPeers = PlainPeers.Serve,
        Heartbeat = { HandshakeTimeout = TimeSpan.FromMinutes(10), PlainPeerAfter = s_after },
    });

    private readonly LivenessFactory _peers;

    public PlainPeerTests() => _peers = new LivenessFactory(new LivenessOptions { DetectWithin = TimeSpan.FromSeconds(3) }, timeProvider: _rig.Clock);

    public static TheoryData<int> Cuts => [.. Enumerable.Range(1, s_hello.Length - 1)];

    private Stream Peer => _rig.Link.Client;

    private ManualTimeProvider Clock => _rig.Clock;

    public async ValueTask DisposeAsync()
    {
        Task closed = Task.WhenAll(_rig.Factory.Connections.Concat(_peers.Connections).Select(one => one.DisposeAsync().AsTask()));
        await _rig.RunUntilAsync(() => closed.IsCompleted);
        await _peers.DisposeAsync();
        await _rig.DisposeAsync();
    }

    [Fact]
    public async Task A_plain_peer_that_speaks_first_is_served_with_its_first_byte_and_none_is_lost()
    {
        byte[] request = [.. "GET / HTTP/1.1\r\n\r\n"u8, .. new byte[5_000]];
        Task<LivenessConnection> attaching = _rig.Factory.AttachAsync(_rig.Link.Server, "web");
        await RunAsync(Peer.WriteAsync(request).AsTask());
        LivenessConnection connection = await AttachedAsync(attaching);

        (connection.Mode, connection.Monitor.State).Should().Be((LivenessMode.KernelOnly, LivenessState.Alive));
        (await ReadAsync(connection, request.Length)).Should().Equal(request);
        _rig.Link.TrafficToClient.Should().Be(default(LinkTraffic), "nothing is said to it");
        await RunAsync(connection.Stream.WriteAsync("HTTP/1.1 200 OK"u8.ToArray()).AsTask());
        byte[] answer = new byte[100];
        await RunAsync(Peer.ReadExactlyAsync(answer.AsMemory(0, 15)).AsTask());
    }

    [Fact]
    public async Task A_plain_peer_is_one_line_at_debug_and_none_above()
    {
        Task<LivenessConnection> attaching = _rig.Factory.AttachAsync(_rig.Link.Server, "web");
        await RunAsync(Peer.WriteAsync("GET"u8.ToArray()).AsTask());
        LivenessConnection connection = await AttachedAsync(attaching);
        await _rig.RunUntilAsync(() => _rig.Loggers.Logger.Entries.Count > 0);

        RecordingLogger.Entry line = _rig.Loggers.Logger.Entries.Single();
        (line.Level, line.EventName).Should().Be((Microsoft.Extensions.Logging.LogLevel.Debug, "PlainPeerServed"));
        line.Text.Should().Be($"A peer that doesn't speak Liveness is served, watched by nobody: its first bytes are not those of Liveness [connection {connection.Id}, name web]");
    }

    [Theory]
    [MemberData(nameof(Cuts))]
    public async Task A_HELLO_that_comes_in_two_parts_is_Liveness(int cut)
    {
        Task<LivenessConnection> attaching = _rig.Factory.AttachAsync(_rig.Link.Server);
        await RunAsync(Peer.WriteAsync(s_hello.AsMemory(0, cut)).AsTask());
        await PassAsync(TimeSpan.FromMilliseconds(100));
        await RunAsync(Peer.WriteAsync(s_hello.AsMemory(cut)).AsTask());
        LivenessConnection connection = await AttachedAsync(attaching);

        connection.Mode.Should().Be(LivenessMode.InBand);
        byte[] answer = new byte[s_hello.Length];
        await RunAsync(Peer.ReadExactlyAsync(answer).AsTask());
        FrameRules.CanBeHello(answer).Should().BeTrue();
        await RunAsync(connection.AbortAsync().AsTask());
    }

    [Fact]
    public async Task A_Liveness_peer_is_served_as_ever_whichever_end_begins()
    {
        Task<LivenessConnection> client = _peers.AttachAsync(_rig.Link.Client);
        Task<LivenessConnection> server = _rig.Factory.AttachAsync(_rig.Link.Server);
        await _rig.SettleAsync(() => client.IsCompleted && server.IsCompleted);

        (await server).Mode.Should().Be(LivenessMode.InBand);
        Task<int> read = (await server).Stream.ReadAsync(new byte[10]).AsTask();
        await RunAsync((await client).Stream.WriteAsync(new byte[7]).AsTask());
        await _rig.SettleAsync(() => read.IsCompleted);
        (await read).Should().Be(7);
        Task closed = Task.WhenAll((await client).DisposeAsync().AsTask(), (await server).DisposeAsync().AsTask());
        await _rig.RunUntilAsync(() => closed.IsCompleted);
    }

    [Fact]
    public async Task A_silent_peer_is_plain_when_its_time_is_up_and_the_server_may_speak_first()
    {
        Task<LivenessConnection> attaching = _rig.Factory.AttachAsync(_rig.Link.Server);
        await PassAsync(s_after - TimeSpan.FromMilliseconds(10));
        attaching.IsCompleted.Should().BeFalse();
        LivenessConnection connection = await AttachedInTimeAsync(attaching);

        await RunAsync(connection.Stream.WriteAsync("220 ready\r\n"u8.ToArray()).AsTask());
        await RunAsync(Peer.ReadExactlyAsync(new byte[11]).AsTask());
        await RunAsync(Peer.WriteAsync(Bytes(100)).AsTask());
        (await ReadAsync(connection, 100)).Should().Equal(Bytes(100));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public async Task Half_a_HELLO_and_silence_is_plain_and_is_read_like_anything_else(int bytes)
    {
        Task<LivenessConnection> attaching = _rig.Factory.AttachAsync(_rig.Link.Server);
        await RunAsync(Peer.WriteAsync(s_hello.AsMemory(0, bytes)).AsTask());
        Instant begun = Instant.Now(Clock);
        LivenessConnection connection = await AttachedInTimeAsync(attaching);

        (Instant.Now(Clock) - begun).Should().BeGreaterThanOrEqualTo(s_after);
        await RunAsync(Peer.WriteAsync(Bytes(20)).AsTask());
        (await ReadAsync(connection, bytes + 20)).Should().Equal([.. s_hello[..bytes], .. Bytes(20)]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_silent_peer_that_is_left_open_is_read_to_the_byte_by_its_owner(bool isDetached)
    {
        Task<LivenessConnection> attaching = _rig.Factory.AttachAsync(new AttachTarget(_rig.Link.Server) { LeaveOpen = !isDetached });
        LivenessConnection connection = await AttachedInTimeAsync(attaching);

        await RunAsync(isDetached ? connection.DetachAsync().AsTask() : connection.DisposeAsync().AsTask());

        await RunAsync(Peer.WriteAsync(Bytes(30)).AsTask());
        byte[] read = new byte[30];
        await RunAsync(_rig.Link.Server.ReadExactlyAsync(read).AsTask());
        read.Should().Equal(Bytes(30));
        connection.Monitor.State.Should().Be(LivenessState.Closed);
    }

    [Fact]
    public async Task A_byte_a_second_is_waited_for_no_longer_than_silence()
    {
        Task<LivenessConnection> attaching = _rig.Factory.AttachAsync(_rig.Link.Server);
        Instant begun = Instant.Now(Clock);
        await RunAsync(Peer.WriteAsync(s_hello.AsMemory(0, 1)).AsTask());
        await PassAsync(TimeSpan.FromMilliseconds(900));
        await RunAsync(Peer.WriteAsync(s_hello.AsMemory(1, 1)).AsTask());
        LivenessConnection connection = await AttachedInTimeAsync(attaching);

        (Instant.Now(Clock) - begun).Should().BeGreaterThanOrEqualTo(s_after);
        (await ReadAsync(connection, 2)).Should().Equal(s_hello[..2]);
    }

    [Fact]
    public async Task A_peer_that_closes_before_it_says_anything_is_served_at_once_and_read_to_its_end()
    {
        Task<LivenessConnection> attaching = _rig.Factory.AttachAsync(_rig.Link.Server);
        _rig.Link.Close();
        LivenessConnection connection = await AttachedAsync(attaching);

        connection.Mode.Should().Be(LivenessMode.KernelOnly);
        for (int read = 0; read < 2; read++)
        {
            Task<int> reading = connection.Stream.ReadAsync(new byte[10]).AsTask();
            await RunAsync(reading);
            (await reading).Should().Be(0);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task A_cancelled_attach_leaves_no_read_behind_that_takes_what_comes_later(int before)
    {
        using CancellationTokenSource cancelled = new();
        AttachTarget target = new(_rig.Link.Server) { LeaveOpen = true };
        Task<LivenessConnection> attaching = _rig.Factory.AttachAsync(target, cancellationToken: cancelled.Token);
        await RunAsync(Peer.WriteAsync(s_hello.AsMemory(0, before)).AsTask());
        await PassAsync(TimeSpan.FromMilliseconds(100));
        await cancelled.CancelAsync();
        await _rig.RunUntilAsync(() => attaching.IsCompleted);

        attaching.IsCanceled.Should().BeTrue();
        await RunAsync(Peer.WriteAsync(Bytes(30)).AsTask());
        byte[] read = new byte[30];
        await RunAsync(_rig.Link.Server.ReadExactlyAsync(read).AsTask());
        read.Should().Equal(Bytes(30));
    }

    [Fact]
    public async Task A_cancelled_attach_closes_what_was_given()
    {
        using CancellationTokenSource cancelled = new();
        Task<LivenessConnection> attaching = _rig.Factory.AttachAsync(_rig.Link.Server, cancellationToken: cancelled.Token);
        await PassAsync(TimeSpan.FromMilliseconds(100));
        await cancelled.CancelAsync();
        await _rig.RunUntilAsync(() => attaching.IsCompleted);

        attaching.IsCanceled.Should().BeTrue();
        _rig.Link.Server.CanRead.Should().BeFalse();
        _rig.Factory.Connections.Should().BeEmpty();
    }

    [Fact]
    public async Task A_stream_that_is_disposed_meanwhile_ends_the_attach_at_once()
    {
        Task<LivenessConnection> attaching = _rig.Factory.AttachAsync(_rig.Link.Server);
        await PassAsync(TimeSpan.FromMilliseconds(100));
        await _rig.Link.Server.DisposeAsync();
        await _rig.RunUntilAsync(() => attaching.IsCompleted);

        Func<Task> awaiting = () => attaching;
        await awaiting.Should().ThrowAsync<Exception>();
        _rig.Factory.Connections.Should().BeEmpty();
    }

    [Fact]
    public async Task A_drain_waits_for_a_peer_that_is_not_known_yet_and_then_closes_it()
    {
        Task<LivenessConnection> attaching = _rig.Factory.AttachAsync(_rig.Link.Server);
        await PassAsync(TimeSpan.FromMilliseconds(100));
        Task<DrainResult> drained = _rig.Factory.DrainAsync();
        await _rig.RunUntilAsync(() => drained.IsCompleted && attaching.IsCompleted);

        Func<Task> awaiting = () => attaching;
        await awaiting.Should().ThrowAsync<ObjectDisposedException>();
        _rig.Link.Server.CanRead.Should().BeFalse();
        (await drained).Took.Should().BeLessThan(TimeSpan.FromMinutes(1), "it waits for no longer than its own bound");
    }

    [Fact]
    public async Task Two_ends_that_both_serve_wait_for_each_other_no_longer_than_for_silence()
    {
        Instant begun = Instant.Now(Clock);
        Task<LivenessConnection[]> both = Task.WhenAll(_rig.Factory.AttachAsync(_rig.Link.Client), _rig.Factory.AttachAsync(_rig.Link.Server));
        await _rig.RunUntilAsync(() => both.IsCompleted);

        (Instant.Now(Clock) - begun).Should().BeGreaterThanOrEqualTo(s_after);
        (await both).Should().OnlyContain(connection => connection.Mode == LivenessMode.KernelOnly);
    }

    [Fact]
    public async Task An_end_that_refuses_plain_peers_does_so_whatever_they_say()
    {
        Task<LivenessConnection> attaching = _peers.AttachAsync(_rig.Link.Server);
        await RunAsync(Peer.WriteAsync("GET"u8.ToArray()).AsTask());
        await _rig.RunUntilAsync(() => attaching.IsCompleted);

        Func<Task> awaiting = () => attaching;
        (await awaiting.Should().ThrowAsync<ConnectionLostException>()).Which.Loss.Should().BeOfType<PeerNotLiveness>();
        await _rig.RunUntilAsync(() => _rig.Link.TrafficToClient.BytesSent >= s_hello.Length);
    }

    [Fact]
    public async Task What_is_being_recognised_can_not_be_attached_a_second_time()
    {
        Task<LivenessConnection> attaching = _rig.Factory.AttachAsync(_rig.Link.Server);
        Func<Task> again = () => _rig.Factory.AttachAsync(_rig.Link.Server);

        await again.Should().ThrowAsync<InvalidOperationException>();
        await RunAsync(Peer.WriteAsync(Bytes(10)).AsTask());
        LivenessConnection connection = await AttachedAsync(attaching);
        (await ReadAsync(connection, 10)).Should().Equal(Bytes(10));
    }

    private static byte[] Bytes(int count) => [.. Enumerable.Range(0, count).Select(i => (byte)(i + 60))];

    private async Task<byte[]> ReadAsync(LivenessConnection connection, int count)
    {
        byte[] read = new byte[count];
        await RunAsync(connection.Stream.ReadExactlyAsync(read).AsTask());
        return read;
    }

    /// <summary>By what the peer has said.</summary>
    private async Task<LivenessConnection> AttachedAsync(Task<LivenessConnection> attaching)
    {
        await RunAsync(attaching);
        return await attaching;
    }

    /// <summary>By the time that it has said nothing for.</summary>
    private async Task<LivenessConnection> AttachedInTimeAsync(Task<LivenessConnection> attaching)
    {
        await _rig.RunUntilAsync(() => attaching.IsCompleted);
        return await attaching;
    }

    private async Task RunAsync(Task task)
    {
        await _rig.SettleAsync(() => task.IsCompleted);
        await task;
    }

    /// <summary>Whatever happens meanwhile happens.</summary>
    private Task PassAsync(TimeSpan time)
    {
        Instant until = Instant.Now(Clock) + time;
        return _rig.RunUntilAsync(() => Instant.Now(Clock) >= until);
    }
}
