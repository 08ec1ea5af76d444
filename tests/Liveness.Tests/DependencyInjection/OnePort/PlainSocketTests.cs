using System.Net;
using System.Net.Sockets;
using Liveness.KeepAlive;
using Liveness.Tests.InBand;
using Liveness.Tests.Support;

namespace Liveness.Tests.DependencyInjection;

/// <summary>An accepting end that serves plain peers, over sockets of this machine: what a peer has said stays in the kernel.</summary>
public sealed class PlainSocketTests : IAsyncDisposable
{
    private static readonly TimeSpan s_safety = TimeSpan.FromSeconds(20);
    private static readonly byte[] s_hello = PeerFrames.Hello();

    private readonly RecordingLoggers _loggers = new();
    private readonly LivenessFactory _factory;
    private SocketPair _pair = SocketPair.OverTcp();

    public PlainSocketTests() => _factory = new LivenessFactory(Serving(TimeSpan.FromMilliseconds(300)), _loggers);

    public async ValueTask DisposeAsync()
    {
        await _factory.DisposeAsync();
        _pair.Dispose();
    }

    [Fact]
    public async Task A_plain_peer_gets_the_very_socket_path_and_its_bytes_are_not_copied()
    {
        await _pair.Client.SendAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray());

        await using LivenessConnection connection = await _factory.AttachAsync(_pair.Server, "web").WaitAsync(s_safety);

        connection.Mode.Should().Be(LivenessMode.KernelOnly);
        _pair.Server.Available.Should().Be(18, "nothing was taken out of the kernel");
        byte[] read = new byte[18];
        await connection.Stream.ReadExactlyAsync(read);
        read.Should().Equal("GET / HTTP/1.1\r\n\r\n"u8.ToArray());
    }

    [Fact]
    public async Task A_Liveness_peer_is_recognised_without_taking_a_byte()
    {
        await using LivenessFactory peers = new(new LivenessOptions());
        LivenessConnection[] both = await Task.WhenAll(_factory.AttachAsync(_pair.Server), peers.AttachAsync(_pair.Client)).WaitAsync(s_safety);

        both.Should().OnlyContain(connection => connection.Mode == LivenessMode.InBand);
        await both[1].Stream.WriteAsync("hello"u8.ToArray());
        byte[] read = new byte[5];
        await both[0].Stream.ReadExactlyAsync(read).AsTask().WaitAsync(s_safety);
        read.Should().Equal("hello"u8.ToArray());
        await Task.WhenAll(both.Select(connection => connection.DisposeAsync().AsTask())).WaitAsync(s_safety);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(20)]
    public async Task A_HELLO_in_two_segments_is_Liveness(int cut)
    {
        Task<LivenessConnection> attaching = _factory.AttachAsync(_pair.Server);
        await _pair.Client.SendAsync(s_hello.AsMemory(0, cut));
        await EventuallyAsync(() => cut >= 8 || _pair.Server.Available == 0);
        await _pair.Client.SendAsync(s_hello.AsMemory(cut));

        await using LivenessConnection connection = await attaching.WaitAsync(s_safety);
        connection.Mode.Should().Be(LivenessMode.InBand);
        await connection.AbortAsync();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public async Task A_silent_peer_is_served_and_what_it_says_later_is_read_whole(int before)
    {
        Task<LivenessConnection> attaching = _factory.AttachAsync(_pair.Server);
        await _pair.Client.SendAsync(s_hello.AsMemory(0, before));

        await using LivenessConnection connection = await attaching.WaitAsync(s_safety);
        await _pair.Client.SendAsync(s_hello.AsMemory(before));

        connection.Mode.Should().Be(LivenessMode.KernelOnly);
        byte[] read = new byte[s_hello.Length];
        await connection.Stream.ReadExactlyAsync(read).AsTask().WaitAsync(s_safety);
        read.Should().Equal(s_hello);
    }

    [Fact]
    public async Task A_plain_peer_is_lost_with_the_reason_and_cut_off_like_any_other()
    {
        await _pair.Client.SendAsync("GET"u8.ToArray());
        await using LivenessConnection connection = await _factory.AttachAsync(_pair.Server, "web").WaitAsync(s_safety);
        Reset(_pair.Client);

        (await connection.Monitor.Completion.WaitAsync(s_safety)).Should().BeOfType<ConnectionReset>();

        await EventuallyAsync(() => _factory.RecentLosses.Count == 1 && _pair.Server.SafeHandle.IsClosed);
        _factory.RecentLosses[0].Name.Should().Be("web");
    }

    [Fact]
    public async Task A_plain_peer_has_the_keepalive_of_the_kernel_alone_and_a_Liveness_peer_that_of_the_backstop()
    {
        await _pair.Client.SendAsync("GET"u8.ToArray());
        await using LivenessConnection plain = await _factory.AttachAsync(_pair.Server).WaitAsync(s_safety);

        plain.Bound.Should().Be(TimeSpan.FromSeconds(10), "that is what DetectWithin says");
        TcpKeepAlive.Read(_pair.Server).UserTimeout.Should().Be(TimeSpan.FromSeconds(10));
        using SocketPair other = SocketPair.OverTcp();
        Task<LivenessConnection> attaching = _factory.AttachAsync(other.Server);
        await other.Client.SendAsync(s_hello);
        await using LivenessConnection liveness = await attaching.WaitAsync(s_safety);
        TcpKeepAlive.Read(other.Server).UserTimeout.Should().Be(TimeSpan.FromSeconds(20));
        await liveness.AbortAsync();
    }

    [Fact]
    public async Task A_peer_that_resets_before_it_says_anything_is_told_like_one_that_is_lost_in_the_handshake()
    {
        Task<LivenessConnection> attaching = _factory.AttachAsync(_pair.Server);
        Reset(_pair.Client);

        Func<Task> awaiting = () => attaching.WaitAsync(s_safety);

        await awaiting.Should().ThrowAsync<ConnectionLostException>();
        _pair.Server.SafeHandle.IsClosed.Should().BeTrue();
    }

    [Fact]
    public async Task A_socket_that_is_disposed_meanwhile_ends_the_attach_at_once()
    {
        await using LivenessFactory patient = new(Serving(TimeSpan.FromSeconds(10)));
        Task<LivenessConnection> attaching = patient.AttachAsync(_pair.Server);

        _pair.Server.Dispose();

        Func<Task> awaiting = () => attaching.WaitAsync(s_safety);
        await awaiting.Should().ThrowAsync<ObjectDisposedException>();
    }

    [Fact]
    public async Task A_cancelled_attach_leaves_every_byte_to_the_owner_of_the_socket()
    {
        await using LivenessFactory patient = new(Serving(TimeSpan.FromSeconds(10)));
        using CancellationTokenSource cancelled = new();
        Task<LivenessConnection> attaching = patient.AttachAsync(new AttachTarget(_pair.Server) { LeaveOpen = true }, cancellationToken: cancelled.Token);
        await cancelled.CancelAsync();
        Func<Task> awaiting = () => attaching.WaitAsync(s_safety);
        await awaiting.Should().ThrowAsync<OperationCanceledException>();

        await _pair.Client.SendAsync(s_hello);

        byte[] read = new byte[s_hello.Length];
        await new NetworkStream(_pair.Server).ReadExactlyAsync(read).AsTask().WaitAsync(s_safety);
        read.Should().Equal(s_hello);
    }

    [Fact]
    public async Task A_Unix_socket_is_served_without_a_watch_and_the_log_says_so()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        _pair.Dispose();
        string path = Path.Combine(Path.GetTempPath(), $"liveness-{Guid.NewGuid():N}");
        _pair = SocketPair.OverUnixDomain(path);
        File.Delete(path);
        await _pair.Client.SendAsync("GET"u8.ToArray());

        await using LivenessConnection connection = await _factory.AttachAsync(_pair.Server).WaitAsync(s_safety);

        (connection.Mode, connection.Monitor.State, connection.Bound).Should().Be((LivenessMode.KernelOnly, LivenessState.Alive, Timeout.InfiniteTimeSpan));
        byte[] read = new byte[3];
        await connection.Stream.ReadExactlyAsync(read);
        read.Should().Equal("GET"u8.ToArray());
        await _loggers.Logger.FirstAsync("PlainPeerServed");
        _loggers.Logger.Entries.Single(entry => entry.EventName == "PlainPeerServed").Text.Should().StartWith("A peer that doesn't speak Liveness is served, watched by nobody: its first bytes");
        await connection.DisposeAsync();
        connection.Monitor.State.Should().Be(LivenessState.Closed);
    }

    [Fact]
    public async Task A_socket_for_both_families_is_served_like_any_other()
    {
        using Socket listener = new(SocketType.Stream, ProtocolType.Tcp) { DualMode = true };
        listener.Bind(new IPEndPoint(IPAddress.IPv6Any, 0));
        listener.Listen(1);
        using Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(new IPEndPoint(IPAddress.Loopback, ((IPEndPoint)listener.LocalEndPoint!).Port));
        await client.SendAsync("GET"u8.ToArray());

        await using LivenessConnection connection = await _factory.AttachAsync(await listener.AcceptAsync()).WaitAsync(s_safety);

        (connection.Mode, connection.Description).Should().Be((LivenessMode.KernelOnly, client.LocalEndPoint!.ToString()!));
    }

    [Fact]
    public async Task A_socket_that_does_not_block_is_refused_before_anything_is_begun()
    {
        _pair.Server.Blocking = false;

        Func<Task> attaching = () => _factory.AttachAsync(_pair.Server, "web");

        (await attaching.Should().ThrowAsync<ArgumentException>()).WithMessage("PlainPeers Serve of \"web\" reads and writes a socket by a NetworkStream, which needs it to be blocking.*");
    }

    [Fact]
    public async Task Both_kinds_of_peers_are_accepted_without_a_factory()
    {
        HeartbeatOptions options = new() { DetectWithin = TimeSpan.FromSeconds(7), PlainPeers = PlainPeers.Serve, Name = "web" };
        await _pair.Client.SendAsync("GET"u8.ToArray());
        await using LivenessConnection plain = await LivenessConnection.AcceptAsync(_pair.Server, options).WaitAsync(s_safety);
        using SocketPair other = SocketPair.OverTcp();
        Task<LivenessConnection> accepting = LivenessConnection.AcceptAsync(new NetworkStream(other.Server, ownsSocket: true), options);
        await other.Client.SendAsync(s_hello);
        await using LivenessConnection liveness = await accepting.WaitAsync(s_safety);

        (plain.Mode, plain.Bound, plain.Name).Should().Be((LivenessMode.KernelOnly, TimeSpan.FromSeconds(7), "web"));
        (liveness.Mode, liveness.Bound, liveness.Name).Should().Be((LivenessMode.InBand, TimeSpan.FromSeconds(7), "web"));
        await liveness.AbortAsync();
    }

    [Fact]
    public async Task Without_being_asked_to_serve_them_accepting_refuses_plain_peers()
    {
        Task<LivenessConnection> accepting = LivenessConnection.AcceptAsync(_pair.Server);
        await _pair.Client.SendAsync("GET"u8.ToArray());

        Func<Task> awaiting = () => accepting.WaitAsync(s_safety);

        (await awaiting.Should().ThrowAsync<ConnectionLostException>()).Which.Loss.Should().BeOfType<PeerNotLiveness>();
    }

    [Fact]
    public void A_HeartbeatStream_refuses_to_serve_plain_peers_and_says_what_does()
    {
        Action making = () => _ = new HeartbeatStream(_pair.Server, new HeartbeatOptions { PlainPeers = PlainPeers.Serve });

        making.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("options.PlainPeers")
            .WithMessage("PlainPeers is Serve, but must be Refuse for a HeartbeatStream*LivenessConnection.AcceptAsync*");
        _pair.Server.Blocking.Should().BeTrue("nothing of it was touched");
    }

    private static LivenessOptions Serving(TimeSpan after) => new() { PlainPeers = PlainPeers.Serve, Heartbeat = { PlainPeerAfter = after } };

    private static void Reset(Socket socket)
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
    }

    private static async Task EventuallyAsync(Func<bool> reached)
    {
        using CancellationTokenSource tooLate = new(s_safety);
        while (!reached())
        {
            tooLate.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
