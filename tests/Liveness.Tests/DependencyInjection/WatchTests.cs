using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Liveness.KeepAlive;
using Liveness.Testing;
using Liveness.Tests.InBand;
using Liveness.Tests.KeepAlive;

namespace Liveness.Tests.DependencyInjection;

/// <summary>Sockets of others, handed over before or after they are connected; the looks come when the test says.</summary>
public sealed class WatchTests : IAsyncDisposable
{
    private static readonly TimeSpan s_bound = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_safety = TimeSpan.FromSeconds(20);

    private readonly ManualWorkQueue _queue = new();
    private readonly ManualTimeProvider _clock;
    private readonly RecordingLoggers _loggers = new();
    private readonly LivenessFactory _factory;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public WatchTests()
    {
        _clock = new ManualTimeProvider { WorkQueue = _queue };
        _factory = new LivenessFactory(new LivenessOptions { Mode = LivenessMode.KernelOnly, DetectWithin = s_bound }, _loggers, _clock);
        _listener.Start();
    }

    private IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndpoint;

    [LinuxFact]
    public void A_connected_socket_is_watched_when_the_call_returns()
    {
        using SocketPair pair = SocketPair.OverTcp();

        _factory.Watch(pair.Client, "redis");

        LivenessConnection connection = _factory.Connections.Should().ContainSingle().Which;
        (connection.Name, connection.Mode, connection.Bound).Should().Be(("redis", LivenessMode.KernelOnly, s_bound));
        connection.Description.Should().Be(pair.Client.RemoteEndPoint!.ToString());
        (TcpKeepAlive.Read(pair.Client) is { Enabled: true, UserTimeout: { } userTimeout } && userTimeout == s_bound).Should().BeTrue();
    }

    [LinuxFact]
    public void A_socket_that_is_not_connected_has_its_probes_at_once_and_is_watched_once_it_is_connected()
    {
        using Socket socket = New();
        _factory.Watch(new AttachTarget(socket) { Description = "the cache", OwnId = "7" }, "redis");
        (TcpKeepAlive.Read(socket) is { Enabled: true, Idle: { } idle, Interval: { } interval, ProbeCount: { } count } && idle + (count * interval) <= s_bound).Should().BeTrue();
        Pass(TimeSpan.FromSeconds(30));
        _factory.Connections.Should().BeEmpty();

        socket.Connect(EndPoint);
        Pass(TimeSpan.FromSeconds(1.1));

        LivenessConnection connection = _factory.Connections.Should().ContainSingle().Which;
        (connection.Description, connection.OwnId, connection.Bound).Should().Be(("the cache", "7", s_bound));
        TcpKeepAlive.Read(socket).UserTimeout.Should().Be(s_bound);
    }

    [LinuxFact]
    public void A_quick_connect_is_watched_within_milliseconds()
    {
        using Socket socket = New();
        _factory.Watch(socket);
        socket.Connect(EndPoint);
        Pass(TimeSpan.FromMilliseconds(20));

        _factory.Connections.Should().ContainSingle();
    }

    /// <summary>What is set by number beforehand would make .NET refuse that, and what it can't copy would be gone.</summary>
    [LinuxFact]
    public async Task A_socket_that_was_handed_over_can_still_try_a_second_address_and_keeps_its_probes()
    {
        using Socket socket = New();
        _factory.Watch(socket);
        Pass(TimeSpan.FromMilliseconds(50));

        await socket.ConnectAsync([IPAddress.Parse("127.99.99.99"), IPAddress.Loopback], EndPoint.Port);

        TcpKeepAlive.Read(socket).Enabled.Should().BeTrue("the handle is another one");
        Pass(TimeSpan.FromMilliseconds(200));
        _factory.Connections.Should().ContainSingle();
    }

    [Fact]
    public void A_socket_that_is_closed_before_it_is_connected_leaves_nothing()
    {
        Socket socket = New();
        _factory.Watch(socket);
        Pass(TimeSpan.FromMilliseconds(50));
        socket.Dispose();
        Pass(TimeSpan.FromSeconds(5));

        _clock.NextTimerDue.Should().BeNull("nothing waits any more");
        (_factory.Connections.Count, _factory.RecentLosses.Count, _loggers.Logger.Entries.Count).Should().Be((0, 0, 0));
    }

    [Fact]
    public void A_socket_that_its_owner_forgets_before_it_is_connected_is_collected()
    {
        WeakReference socket = Forget(_factory, connectTo: null);

        Collect(socket);

        Pass(TimeSpan.FromSeconds(5));
        _clock.NextTimerDue.Should().BeNull("nothing waits any more");
    }

    [LinuxFact]
    public async Task A_connected_socket_that_its_owner_forgets_is_collected_and_its_watching_ends()
    {
        WeakReference socket = Forget(_factory, EndPoint);
        _factory.Connections.Should().ContainSingle();

        Collect(socket);

        await PassUntilAsync(_factory.Connections.Single().Monitor.Completion);
        await NoneIsLeftAsync();
        _clock.NextTimerDue.Should().BeNull("nothing waits any more");
    }

    [LinuxFact]
    public async Task What_its_owner_closes_is_watched_no_more_and_is_no_loss()
    {
        using SocketPair pair = SocketPair.OverTcp();
        _factory.Watch(pair.Client);
        LivenessConnection connection = _factory.Connections.Single();

        pair.Client.Dispose();
        Pass(TimeSpan.FromSeconds(1.1));

        connection.Monitor.State.Should().Be(LivenessState.Closed);
        await NoneIsLeftAsync();
        _clock.NextTimerDue.Should().BeNull("nothing waits any more");
    }

    [LinuxFact]
    public async Task A_loss_is_told_to_whoever_asked_when_the_watching_began()
    {
        List<string> told = [];
        using SocketPair pair = SocketPair.OverTcp();
        _factory.Watch(pair.Client, "redis", watched => watched.Monitor.ConnectionLost += (_, e) => told.Add($"{watched.Name} {e.Loss.GetType().Name}"));
        Pass(TimeSpan.FromSeconds(1.1));

        Reset(pair.Server);
        Pass(TimeSpan.FromSeconds(1.1));

        told.Should().Equal("redis ConnectionReset");
        await EventuallyAsync(() => _factory.RecentLosses.Count == 1);
        _factory.RecentLosses.Should().ContainSingle().Which.Name.Should().Be("redis");
    }

    [LinuxFact]
    public void A_callback_that_throws_is_logged_and_ends_nothing()
    {
        using SocketPair pair = SocketPair.OverTcp();

        _factory.Watch(pair.Client, "redis", _ => throw new InvalidOperationException("no"));
        _queue.RunAll();

        _factory.Connections.Should().ContainSingle();
        _loggers.Logger.Entries.Should().ContainSingle(entry => entry.EventName == "HandlerThrew").Which.Exception!.Message.Should().Be("no");
    }

    [LinuxFact]
    public void A_second_call_for_a_socket_changes_nothing()
    {
        using SocketPair pair = SocketPair.OverTcp();
        using Socket later = New();

        _factory.Watch(pair.Client);
        _factory.Watch(pair.Client);
        _factory.Watch(later);
        _factory.Watch(later);
        later.Connect(EndPoint);
        Pass(TimeSpan.FromSeconds(1.1));

        _factory.Connections.Should().HaveCount(2);
    }

    [LinuxFact]
    public async Task Nobody_but_its_owner_reads_it_and_a_dispose_leaves_it_open()
    {
        using SocketPair pair = SocketPair.OverTcp();
        _factory.Watch(pair.Client);
        LivenessConnection connection = _factory.Connections.Single();

        connection.Invoking(one => one.Stream).Should().Throw<InvalidOperationException>().WithMessage("*AttachAsync*");
        await PassUntilAsync(connection.DisposeAsync().AsTask());

        pair.Client.Send("still there"u8);
        pair.Server.Receive(new byte[20]).Should().Be(11);
        connection.Monitor.State.Should().Be(LivenessState.Closed);
    }

    [LinuxTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_abort_ends_it_as_a_peer_would_or_as_its_target_says(bool byTarget)
    {
        using SocketPair pair = SocketPair.OverTcp();
        int aborted = 0;
        _factory.Watch(new AttachTarget(pair.Client) { AbortTransport = byTarget ? () => aborted++ : null });
        Task<int> read = pair.Client.ReceiveAsync(new byte[1]);

        await _factory.Connections.Single().AbortAsync().AsTask().WaitAsync(s_safety);

        aborted.Should().Be(byTarget ? 1 : 0);
        if (!byTarget)
        {
            (await read.WaitAsync(s_safety)).Should().Be(0, "clients know what to do at the end of a stream");
            pair.Client.Dispose();
            pair.Server.Receive(new byte[1]).Should().Be(0);
            pair.Server.Invoking(server => server.Send(new byte[1])).Should().Throw<SocketException>("after the end comes the reset");
        }
    }

    [Theory]
    [InlineData(LivenessMode.InBand)]
    [InlineData(LivenessMode.SideChannel)]
    public async Task A_name_of_another_mode_is_refused_with_the_cure(LivenessMode mode)
    {
        LivenessOptions options = new() { Mode = mode };
        options.SideChannel.Connect = "7001";
        await using LivenessFactory factory = new(options);
        using Socket socket = New();

        factory.Invoking(one => one.Watch(socket, "redis")).Should().Throw<ArgumentException>()
            .WithMessage($"Watch leaves the bytes of a connection alone, and so works in mode KernelOnly only; \"redis\" has mode {mode}. Set Mode of \"redis\" to KernelOnly, or *");
        TcpKeepAlive.Read(socket).Enabled.Should().BeFalse("nothing was touched");
        factory.GetMode("redis").Should().Be(mode);
    }

    [Fact]
    public void Mistakes_of_the_program_are_thrown()
    {
        Socket closed = New();
        closed.Dispose();

        _factory.Invoking(one => one.Watch((Socket)null!)).Should().Throw<ArgumentNullException>();
        _factory.Invoking(one => one.Watch((AttachTarget)null!)).Should().Throw<ArgumentNullException>();
        _factory.Invoking(one => one.Watch(_listener.Server)).Should().Throw<ArgumentException>().WithMessage("*listens*");
        _factory.Invoking(one => one.Watch(new AttachTarget(new MemoryStream()))).Should().Throw<ArgumentException>().WithMessage("Watch needs the socket*");
        _factory.Invoking(one => one.Watch(closed)).Should().Throw<ObjectDisposedException>();
        _factory.Dispose();
        _factory.Invoking(one => one.Watch(New())).Should().Throw<ObjectDisposedException>();
    }

    [Fact]
    public void What_can_not_be_watched_stays_as_it_is_and_is_told_once_for_a_name()
    {
        using Socket datagrams = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        using Socket local = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

        _factory.Watch(local, "redis");
        _factory.Watch(local, "redis");
        _factory.Watch(datagrams, "redis");
        _factory.Watch(datagrams, "nats");
        _queue.RunAll();

        _loggers.Logger.Entries.Select(entry => (entry.EventName, entry.Text)).Should().Equal(
            ("SocketNotWatched", "A socket that was handed over is not watched: a socket of Unix and Stream is no TCP connection [name redis]"),
            ("SocketNotWatched", "A socket that was handed over is not watched: a socket of InterNetwork and Dgram is no TCP connection [name nats]"));
        _factory.Connections.Should().BeEmpty();
    }

    [Fact]
    public void An_own_implementation_of_the_factory_says_that_it_does_not_watch()
    {
        ILivenessFactory own = new OwnFactory();

        own.Invoking(one => one.Watch(New())).Should().Throw<NotSupportedException>();
        own.Invoking(one => one.GetMode()).Should().Throw<NotSupportedException>();
    }

    [LinuxFact]
    public async Task Ten_thousand_reconnects_leave_nothing()
    {
        for (int round = 0; round < 10_000; round++)
        {
            using Socket socket = New();
            _factory.Watch(socket);
            if (round % 10 == 0)
            {
                socket.Connect(EndPoint);
                Pass(TimeSpan.FromMilliseconds(20));
                using Socket accepted = _listener.AcceptSocket();
                Reset(accepted);
            }
        }

        Pass(TimeSpan.FromSeconds(5));
        await EventuallyAsync(() => _factory.Connections.Count == 0);
        _clock.NextTimerDue.Should().BeNull("nothing waits any more");
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await PassUntilAsync(_factory.DisposeAsync().AsTask());
    }

    private async Task PassUntilAsync(Task done)
    {
        while (!done.IsCompleted)
        {
            Pass(TimeSpan.FromMilliseconds(10));
            await Task.Yield();
        }

        await done;
    }

    private async Task NoneIsLeftAsync()
    {
        await EventuallyAsync(() => _factory.Connections.Count == 0);
        _factory.RecentLosses.Should().BeEmpty();
    }

    /// <summary>What follows an end runs on the thread pool.</summary>
    private static async Task EventuallyAsync(Func<bool> reached)
    {
        using CancellationTokenSource tooLate = new(s_safety);
        while (!reached())
        {
            tooLate.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private void Pass(TimeSpan time)
    {
        TimeSpan step = TimeSpan.FromMilliseconds(10);
        _queue.RunAll();
        for (TimeSpan passed = TimeSpan.Zero; passed < time; passed += step)
        {
            _clock.Advance(step);
            _queue.RunAll();
        }
    }

    private static Socket New() => new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    private static void Reset(Socket socket)
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Forget(LivenessFactory factory, EndPoint? connectTo)
    {
        Socket socket = New();
        if (connectTo is not null)
        {
            socket.Connect(connectTo);
        }

        factory.Watch(socket);
        return new WeakReference(socket);
    }

    private static void Collect(WeakReference forgotten)
    {
        for (int attempt = 0; attempt < 20 && forgotten.IsAlive; attempt++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        forgotten.IsAlive.Should().BeFalse();
    }

    private sealed class OwnFactory : ILivenessFactory
    {
        public IReadOnlyCollection<LivenessConnection> Connections => [];

        public IReadOnlyList<RecordedLoss> RecentLosses => [];

        public Task<DrainResult> DrainAsync(DrainOptions? options, CancellationToken cancellationToken) => throw new NotImplementedException();

        public Task<LivenessConnection> AttachAsync(AttachTarget target, string? name, CancellationToken cancellationToken) => throw new NotImplementedException();
    }
}
