using System.Net;
using System.Net.Sockets;
using Liveness.KeepAlive;
using Liveness.SideChannel;
using Liveness.Testing;
using Liveness.Tests.InBand;
using Liveness.Tests.KeepAlive;

namespace Liveness.Tests.DependencyInjection;

/// <summary>The same calling code over real sockets of this machine, mode by mode.</summary>
public sealed class LivenessSocketTests : IDisposable
{
    private static readonly TimeSpan s_safety = TimeSpan.FromSeconds(20);

    private readonly RecordingLoggers _loggers = new();
    private readonly SocketPair _pair = SocketPair.OverTcp();

    [Theory]
    [InlineData(LivenessMode.InBand)]
    [InlineData(LivenessMode.KernelOnly)]
    public async Task A_reset_is_told_with_the_same_types_in_every_mode(LivenessMode mode)
    {
        await using LivenessFactory factory = new(new LivenessOptions { Mode = mode }, _loggers);
        (LivenessConnection client, LivenessConnection server) = await AttachBothAsync(factory);
        Task<int> read = client.Stream.ReadAsync(new byte[1]).AsTask();

        Reset(_pair.Server);

        (await client.Monitor.Completion.WaitAsync(s_safety)).Should().BeOfType<ConnectionReset>();
        Func<Task> reading = () => read.WaitAsync(s_safety);
        await reading.Should().ThrowAsync<IOException>();
        Func<Task> later = () => client.Stream.ReadExactlyAsync(new byte[1]).AsTask();
        (await later.Should().ThrowAsync<ConnectionLostException>()).Which.Loss.Should().BeSameAs(client.Monitor.Loss);
        await server.DisposeAsync();
        await client.DisposeAsync();
    }

    /// <summary>As clients of HTTP do: nobody would look at the socket any more.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_reset_that_the_application_meets_first_is_told_even_if_it_closes_at_once(bool writes)
    {
        await using LivenessFactory factory = new(new LivenessOptions { Mode = LivenessMode.KernelOnly }, _loggers);
        LivenessConnection connection = await factory.AttachAsync(_pair.Client);
        Reset(_pair.Server);

        Func<Task> use = writes ? () => WriteUntilItFailsAsync(connection.Stream) : () => connection.Stream.ReadExactlyAsync(new byte[1]).AsTask();
        ConnectionLostException lost = (await use.Should().ThrowAsync<ConnectionLostException>()).Which;
        await connection.DisposeAsync();

        lost.Loss.Should().BeOfType<ConnectionReset>().And.BeSameAs(connection.Monitor.Loss);
    }

    /// <summary>Anybody can do that to an open port: it is no mistake of whoever attaches.</summary>
    [LinuxFact]
    public async Task A_peer_that_has_reset_before_the_attach_is_an_IOException()
    {
        await using LivenessFactory factory = new(new LivenessOptions { Mode = LivenessMode.KernelOnly }, _loggers);
        Reset(_pair.Server);
        _pair.Client.Invoking(client => client.Receive(new byte[1])).Should().Throw<SocketException>();

        Func<Task> attaching = () => factory.AttachAsync(new AttachTarget(new MemoryStream(), _pair.Client));

        await attaching.Should().ThrowAsync<IOException>();
        factory.Connections.Should().BeEmpty();
    }

    [Fact]
    public async Task Who_detaches_a_connection_goes_on_with_its_socket()
    {
        await using LivenessFactory factory = new(new LivenessOptions { Mode = LivenessMode.KernelOnly }, _loggers);
        LivenessConnection connection = await factory.AttachAsync(_pair.Client);

        await connection.DetachAsync();

        connection.Monitor.State.Should().Be(LivenessState.Closed);
        _pair.Client.Send("still there"u8);
        _pair.Server.Receive(new byte[20]).Should().Be(11);
    }

    [Fact]
    public async Task A_connection_in_band_can_not_be_detached()
    {
        await using LivenessFactory factory = new(new LivenessOptions());
        (LivenessConnection client, LivenessConnection server) = await AttachBothAsync(factory);

        await client.Invoking(async one => await one.DetachAsync()).Should().ThrowAsync<InvalidOperationException>();

        await Task.WhenAll(client.DisposeAsync().AsTask(), server.DisposeAsync().AsTask());
    }

    [Fact]
    public async Task Keepalive_is_the_backstop_behind_a_heartbeat_and_the_finder_without_one()
    {
        await using LivenessFactory inBand = new(new LivenessOptions { DetectWithin = TimeSpan.FromSeconds(20) });
        (LivenessConnection client, LivenessConnection server) = await AttachBothAsync(inBand);
        TcpKeepAliveSettings backstop = TcpKeepAlive.Read(_pair.Client);
        using SocketPair other = SocketPair.OverTcp();
        await using LivenessFactory kernelOnly = new(new LivenessOptions { DetectWithin = TimeSpan.FromSeconds(20), Mode = LivenessMode.KernelOnly });
        await using LivenessConnection watched = await kernelOnly.AttachAsync(other.Client);
        TcpKeepAliveSettings finder = TcpKeepAlive.Read(other.Client);

        (backstop.Enabled, backstop.Idle + (4 * backstop.Interval)).Should().Be((true, TimeSpan.FromSeconds(40)));
        (finder.Enabled, finder.Idle + (4 * finder.Interval)).Should().Be((true, TimeSpan.FromSeconds(20)));
        watched.Bound.Should().Be(TimeSpan.FromSeconds(20));
        await Task.WhenAll(client.DisposeAsync().AsTask(), server.DisposeAsync().AsTask());
    }

    [Fact]
    public async Task What_keepalive_could_not_do_is_logged_once_for_a_name()
    {
        ManualWorkQueue queue = new();
        LivenessOptions options = new() { Mode = LivenessMode.KernelOnly, DetectWithin = TimeSpan.FromSeconds(20) };
        NamedLiveness named = new("devices", () => options, new ConnectionServices("devices", new ManualTimeProvider { WorkQueue = queue }, _loggers.Logger, null), new SideResources());
        TcpKeepAlivePlan elsewhere = TcpKeepAlivePlan.Create(new TcpKeepAliveOptions { DetectWithin = TimeSpan.FromSeconds(20), Policy = TcpKeepAlivePolicy.BestEffort },
            KeepAlivePlatforms.Linux with { UserTimeout = null }, KernelLimits.Read());
        TcpKeepAliveResult incomplete = _pair.Client.ApplyTcpKeepAlive(elsewhere);
        incomplete.IsComplete.Should().BeFalse();

        named.NoteKeepAlive(incomplete, default);
        named.NoteKeepAlive(incomplete, default);
        queue.RunAll();

        _loggers.Logger.Entries.Count(entry => entry.EventName == "KeepAliveIncomplete").Should().Be(1);
        await named.Side.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Both_ends_of_a_side_channel_are_configuration_too(bool byKey)
    {
        byte[] key = byKey ? [.. Enumerable.Range(0, 16).Select(i => (byte)i)] : [];
        int port = FreePort();
        LivenessOptions listening = new() { Mode = LivenessMode.SideChannel };
        listening.SideChannel.Listen = $"127.0.0.1:{port}";
        LivenessOptions connecting = new() { Mode = LivenessMode.SideChannel };
        connecting.SideChannel.Connect = byKey ? $"127.0.0.1:{port}" : $"{port}";
        await using LivenessFactory atServer = new(listening, _loggers);
        await using LivenessFactory atClient = new(connecting, _loggers);

        await using LivenessConnection server = await atServer.AttachAsync(new AttachTarget(_pair.Server) { SideChannelKey = key }).WaitAsync(s_safety);
        await using LivenessConnection client = await atClient.AttachAsync(new AttachTarget(_pair.Client) { SideChannelKey = key }).WaitAsync(s_safety);
        await EventuallyAsync(() => server.Monitor.Conditions == ConnectionConditions.None && client.Monitor.Conditions == ConnectionConditions.None);
        await client.Stream.WriteAsync("hello"u8.ToArray());
        byte[] received = new byte[5];
        await server.Stream.ReadExactlyAsync(received).AsTask().WaitAsync(s_safety);

        received.Should().Equal("hello"u8.ToArray(), "the bytes are left alone");
        client.Mode.Should().Be(LivenessMode.SideChannel);
    }

    [Fact]
    public async Task A_side_channel_that_is_not_there_is_told_once_and_is_joined_when_it_comes()
    {
        int port = FreePort();
        LivenessOptions options = new() { Mode = LivenessMode.SideChannel };
        options.SideChannel.Connect = $"{port}";
        options.SideChannel.Client.ReconnectDelay = TimeSpan.FromMilliseconds(100);
        options.SideChannel.Client.MaxReconnectDelay = TimeSpan.FromMilliseconds(200);
        await using LivenessFactory factory = new(options, _loggers);

        await using LivenessConnection connection = await factory.AttachAsync(_pair.Client).WaitAsync(s_safety);

        connection.Monitor.Conditions.Should().Be(ConnectionConditions.Unvouched);
        await _loggers.Logger.FirstAsync("SideMissing");
        _loggers.Logger.Entries.Single(entry => entry.EventName == "SideMissing").Exception
            .Should().BeOfType<SocketException>().Which.SocketErrorCode.Should().Be(SocketError.ConnectionRefused);
        TaskCompletionSource vouched = new(TaskCreationOptions.RunContinuationsAsynchronously);
        connection.Monitor.StateChanged += (_, changed) => _ = changed.NewConditions == ConnectionConditions.None && vouched.TrySetResult();
        await using SideChannelListener listener = SideChannelListener.Start(new IPEndPoint(IPAddress.Loopback, port));
        await using SideWatch atServer = listener.Watch(_pair.Server);
        await vouched.Task.WaitAsync(s_safety);
    }

    [Fact]
    public async Task Names_of_one_factory_share_its_side_channel()
    {
        LivenessOptions options = new() { Mode = LivenessMode.SideChannel };
        options.SideChannel.Listen = $"127.0.0.1:{FreePort()}";
        await using LivenessFactory factory = new(options);

        await using LivenessConnection one = await factory.AttachAsync(_pair.Client, "one");
        await using LivenessConnection other = await factory.AttachAsync(_pair.Server, "other");

        (one.Name, other.Name).Should().Be(("one", "other"));
    }

    [Fact]
    public async Task A_socket_that_does_not_block_is_refused_before_anything_is_begun()
    {
        await using LivenessFactory factory = new(new LivenessOptions { Mode = LivenessMode.KernelOnly });
        _pair.Client.Blocking = false;

        Func<Task> attaching = () => factory.AttachAsync(_pair.Client, "devices");

        (await attaching.Should().ThrowAsync<ArgumentException>()).WithMessage("Mode KernelOnly of \"devices\" reads and writes a socket by a NetworkStream, which needs it to be blocking.*");
    }

    [Fact]
    public async Task A_lost_connection_can_be_disposed_whatever_its_stream_throws()
    {
        await using LivenessFactory factory = new(new LivenessOptions { Mode = LivenessMode.KernelOnly });
        BufferedStream stream = new(new NetworkStream(_pair.Client));
        LivenessConnection connection = await factory.AttachAsync(new AttachTarget(stream, _pair.Client));
        await connection.Stream.WriteAsync(new byte[10]);
        Reset(_pair.Server);
        await connection.Monitor.Completion.WaitAsync(s_safety);

        Func<Task> disposing = () => connection.DisposeAsync().AsTask().WaitAsync(s_safety);

        await disposing.Should().NotThrowAsync();
        _pair.Client.SafeHandle.IsClosed.Should().BeTrue();
    }

    [Fact]
    public async Task A_socket_beneath_a_stream_of_another_kind_is_reset_by_a_loss_in_band()
    {
        await using LivenessFactory factory = new(new LivenessOptions());
        AttachTarget target = new(new BufferedStream(new NetworkStream(_pair.Client, ownsSocket: false)), _pair.Client);
        Task<LivenessConnection> attaching = factory.AttachAsync(target);

        await _pair.Server.SendAsync("220 mail.example.org ESMTP\r\n"u8.ToArray());

        Func<Task> awaiting = () => attaching.WaitAsync(s_safety);
        (await awaiting.Should().ThrowAsync<ConnectionLostException>()).Which.Loss.Should().BeOfType<PeerNotLiveness>();
        await EventuallyAsync(() => _pair.Client.SafeHandle.IsClosed);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_connection_that_is_left_open_stays_so_after_its_disposal(bool leaveOpen)
    {
        await using LivenessFactory factory = new(new LivenessOptions { Mode = LivenessMode.KernelOnly });
        LivenessConnection connection = await factory.AttachAsync(new AttachTarget(_pair.Client) { LeaveOpen = leaveOpen });

        await connection.Stream.DisposeAsync();

        _pair.Client.SafeHandle.IsClosed.Should().Be(!leaveOpen);
        connection.Monitor.State.Should().Be(LivenessState.Closed);
        await EventuallyAsync(() => factory.Connections.Count == 0);
    }

    [Theory]
    [InlineData(LossAction.Abort, true)]
    [InlineData(LossAction.ReportOnly, false)]
    public async Task Beneath_a_loss_the_socket_is_closed_or_left_as_the_settings_say(LossAction onLoss, bool closes)
    {
        await using LivenessFactory factory = new(new LivenessOptions { Mode = LivenessMode.KernelOnly, OnLoss = onLoss });
        await using LivenessConnection connection = await factory.AttachAsync(_pair.Client);

        Reset(_pair.Server);
        await connection.Monitor.Completion.WaitAsync(s_safety);
        await EventuallyAsync(() => factory.RecentLosses.Count == 1);

        if (closes)
        {
            await EventuallyAsync(() => _pair.Client.SafeHandle.IsClosed);
        }

        _pair.Client.SafeHandle.IsClosed.Should().Be(closes);
    }

    public void Dispose() => _pair.Dispose();

    private async Task<(LivenessConnection Client, LivenessConnection Server)> AttachBothAsync(LivenessFactory factory)
    {
        LivenessConnection[] both = await Task.WhenAll(factory.AttachAsync(_pair.Client), factory.AttachAsync(_pair.Server)).WaitAsync(s_safety);
        return (both[0], both[1]);
    }

    private static void Reset(Socket socket)
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
    }

    private static async Task WriteUntilItFailsAsync(Stream stream)
    {
        while (true)
        {
            await stream.WriteAsync(new byte[1]);
        }
    }

    private static int FreePort()
    {
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
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
