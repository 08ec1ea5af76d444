using System.Net.Sockets;
using Liveness.KeepAlive;
using Liveness.Kernel;
using Liveness.SideChannel;
using Liveness.Testing;
using Liveness.Tests.InBand;
using Liveness.Tests.KeepAlive;
using Microsoft.Extensions.Logging.Abstractions;

namespace Liveness.Tests.SideChannel;

/// <summary>
/// Real sockets in a watch set whose looks come when the test says: what their kernel shows at the end, who has met it first, and whose the
/// options are.
/// </summary>
public sealed class SideChannelKernelTests : IDisposable
{
    private static readonly TimeSpan s_bound = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan s_safety = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(50);

    private readonly ManualWorkQueue _queue = new();
    private readonly ManualTimeProvider _clock;
    private readonly Owner _owner = new();
    private readonly WatchSet _set;
    private readonly SocketPair _pair = SocketPair.OverTcp();

    public SideChannelKernelTests()
    {
        _clock = new ManualTimeProvider { WorkQueue = _queue };
        _set = new WatchSet(s_bound, witness: true, _clock, NullLogger.Instance, _owner);
    }

    [LinuxTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_reset_is_one_also_where_the_applications_own_read_has_met_it_first(bool metFirst)
    {
        SideWatch connection = Watch();
        Pass(s_bound / 2);
        Reset(_pair.Server);
        _pair.Client.Poll(s_safety, SelectMode.SelectRead).Should().BeTrue();
        if (metFirst)
        {
            _pair.Client.Invoking(socket => socket.Receive(new byte[1])).Should().Throw<SocketException>();
        }

        Pass(s_bound / 2);

        connection.Monitor.Loss.Should().BeOfType<ConnectionReset>().Which.Diagnosis.Should().Be(LossDiagnosis.PeerClosed);
        _owner.Lost.Should().Equal(connection);
    }

    [LinuxFact]
    public void A_peer_that_ends_with_bytes_unread_resets_and_that_is_a_loss()
    {
        SideWatch connection = Watch();
        Pass(s_bound / 2);
        _pair.Client.Send(new byte[100]);
        _pair.Server.Poll(s_safety, SelectMode.SelectRead).Should().BeTrue();
        _pair.Server.Dispose();
        _pair.Client.Poll(s_safety, SelectMode.SelectRead).Should().BeTrue();
        _pair.Client.Invoking(socket => socket.Receive(new byte[1])).Should().Throw<SocketException>();

        Pass(s_bound / 2);

        connection.Monitor.Loss.Should().BeOfType<ConnectionReset>();
    }

    [LinuxFact]
    public void Both_sides_closed_in_good_order_between_two_looks_is_no_loss()
    {
        SideWatch connection = Watch();
        Pass(s_bound / 2);
        _pair.Client.Shutdown(SocketShutdown.Send);
        _pair.Server.Receive(new byte[1]).Should().Be(0);
        _pair.Server.Shutdown(SocketShutdown.Send);
        _pair.Client.Receive(new byte[1]).Should().Be(0);

        Pass(s_bound / 2);

        (connection.Monitor.State, connection.Monitor.Loss).Should().Be((LivenessState.Closed, null));
    }

    [LinuxFact]
    public void A_half_closed_peer_is_watched_while_we_still_send_and_its_reset_is_a_loss()
    {
        SideWatch connection = Watch();
        Pass(s_bound / 2);
        _pair.Client.Blocking = false;
        _pair.Server.Shutdown(SocketShutdown.Send);
        _pair.Client.Poll(s_safety, SelectMode.SelectRead).Should().BeTrue();
        while (_pair.Client.Send(new byte[100_000], SocketFlags.None, out SocketError error) > 0 && error == SocketError.Success)
        {
        }

        Pass(s_bound / 2);
        connection.Monitor.State.Should().Be(LivenessState.Alive, "it does not read, and its kernel answers");
        Reset(_pair.Server);
        _pair.Client.Poll(s_safety, SelectMode.SelectError).Should().BeTrue();
        Pass(s_bound / 2);

        connection.Monitor.Loss.Should().BeOfType<ConnectionReset>();
    }

    [LinuxFact]
    public void A_half_closed_peer_to_which_nothing_is_sent_is_closed()
    {
        SideWatch connection = Watch();
        Pass(s_bound / 2);
        _pair.Server.Shutdown(SocketShutdown.Send);
        _pair.Client.Poll(s_safety, SelectMode.SelectRead).Should().BeTrue();

        Pass(s_bound / 2);

        (connection.Monitor.State, connection.Monitor.Loss).Should().Be((LivenessState.Closed, null));
    }

    [LinuxFact]
    public void A_socket_that_its_owner_has_closed_is_closed_and_no_loss()
    {
        SideWatch connection = Watch();
        _pair.Client.Dispose();

        Pass(s_bound / 2);

        (connection.Monitor.State, connection.Monitor.Loss).Should().Be((LivenessState.Closed, null));
    }

    [LinuxFact]
    public void A_kernel_that_does_not_tell_ends_nothing_and_the_sockets_own_end_is_still_seen()
    {
        // A Unix domain socket stands for the sandbox: no TCP_INFO, and no exception at each look.
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        using SocketPair pair = SocketPair.OverUnixDomain(path);
        File.Delete(path);
        SideWatch connection = _set.Add(pair.Client, keyHash: null, session: null, id: 1);

        Pass(s_bound * 3);
        (connection.Monitor.State, _set.Holds(connection), connection.Entry.IsSeen).Should().Be((LivenessState.Alive, true, false));
        pair.Server.Dispose();
        Pass(s_bound / 2);

        (connection.Monitor.State, connection.Monitor.Loss).Should().Be((LivenessState.Closed, null));
    }

    [LinuxFact]
    public async Task Two_watches_of_one_socket_leave_it_as_it_was_before_both()
    {
        string before = TcpKeepAlive.Read(_pair.Client).ToString();
        WatchSet other = new(s_bound / 2, witness: true, _clock, NullLogger.Instance, _owner);
        SideWatch first = Watch();
        SideWatch second = other.Add(_pair.Client, keyHash: null, session: null, id: 1);
        TcpKeepAlive.Read(_pair.Client).Enabled.Should().BeTrue();

        await DisposeAsync(first);
        TcpKeepAlive.Read(_pair.Client).Enabled.Should().BeTrue("the other still needs it");
        await DisposeAsync(second);

        TcpKeepAlive.Read(_pair.Client).ToString().Should().Be(before);
    }

    [LinuxFact]
    public async Task Keepalive_that_is_applied_during_a_watch_is_in_force_at_once_and_stays()
    {
        SideWatch connection = Watch();
        SocketWatcher monitor = SocketWatcher.Start(_pair.Client, new SocketWatcherOptions { TimeProvider = _clock });
        string applied = monitor.KeepAlive!.InForce.ToString();

        Pass(s_bound);
        TcpKeepAlive.Read(_pair.Client).ToString().Should().Be(applied);
        await DisposeAsync(connection);

        TcpKeepAlive.Read(_pair.Client).ToString().Should().Be(applied);
        await DisposeAsync(monitor);
    }

    [LinuxFact]
    public async Task A_user_timeout_of_the_application_keeps_the_witness_off_and_nothing_is_changed()
    {
        _pair.Client.ApplyTcpKeepAlive(new TcpKeepAliveOptions { Enabled = false, UserTimeout = TimeSpan.FromSeconds(3) });
        string before = TcpKeepAlive.Read(_pair.Client).ToString();
        SideWatch connection = Watch();

        Pass(s_bound);
        connection.Entry.Asking.Should().Be(WitnessAsking.UserTimeoutIsSet);
        TcpKeepAlive.Read(_pair.Client).ToString().Should().Be(before);
        connection.Monitor.State.Should().Be(LivenessState.Alive);
        await DisposeAsync(connection);

        TcpKeepAlive.Read(_pair.Client).ToString().Should().Be(before);
    }

    public void Dispose()
    {
        _set.Close();
        _pair.Dispose();
    }

    private SideWatch Watch() => _set.Add(_pair.Client, keyHash: null, session: null, id: 1);

    private async Task DisposeAsync(IAsyncDisposable connection)
    {
        Task disposing = connection.DisposeAsync().AsTask();
        _queue.RunAll();
        await disposing.WaitAsync(s_safety);
    }

    private static void Reset(Socket socket)
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
    }

    private void Pass(TimeSpan time)
    {
        for (TimeSpan passed = TimeSpan.Zero; passed < time; passed += s_step)
        {
            _clock.Advance(s_step);
            _queue.RunAll();
        }
    }

    private sealed class Owner : IWatchSetOwner
    {
        public List<SideWatch> Lost { get; } = [];

        public void StartConnectProbe(SideSession session, SideWatch example)
        {
        }

        public void OnStopped(SideWatch connection)
        {
        }

        public void OnLost(IReadOnlyList<SideWatch> connections) => Lost.AddRange(connections);
    }
}
