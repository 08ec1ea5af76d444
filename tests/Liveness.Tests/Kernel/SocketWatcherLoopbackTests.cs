using System.Net;
using System.Net.Sockets;
using Liveness.KeepAlive;
using Liveness.Kernel;
using Liveness.Testing;
using Liveness.Tests.InBand;
using Liveness.Tests.KeepAlive;

namespace Liveness.Tests.Kernel;

/// <summary>Real sockets: what the kernel shows, and that the application loses nothing by it. The looks come when the test says.</summary>
public sealed class SocketWatcherLoopbackTests : IDisposable
{
    private static readonly TimeSpan s_safety = TimeSpan.FromSeconds(10);

    private readonly ManualTimeProvider _clock = new();
    private readonly SocketPair _pair = SocketPair.OverTcp();

    [LinuxFact]
    public async Task A_reset_is_seen_without_a_read_and_the_applications_own_read_still_gets_it()
    {
        await using SocketWatcher watcher = Start();
        Look();
        Reset(_pair.Server);

        ConnectionLoss? loss = await EndAsync(watcher);

        loss.Should().BeOfType<ConnectionReset>().Which.Diagnosis.Should().Be(LossDiagnosis.PeerClosed);
        loss!.Certainty.Should().Be(LossCertainty.Likely);
        loss.Evidence.SegmentsInSilence.Should().Be(0, "the reset itself does not count");
        ErrorOf(() => _pair.Client.Receive(new byte[1])).Should().Be(SocketError.ConnectionReset);
    }

    [LinuxFact]
    public async Task A_reset_that_the_application_has_met_first_is_one_all_the_same()
    {
        await using SocketWatcher watcher = Start();
        Look();
        Reset(_pair.Server);
        ErrorOf(() => _pair.Client.Receive(new byte[1])).Should().Be(SocketError.ConnectionReset);

        (await EndAsync(watcher)).Should().BeOfType<ConnectionReset>();
    }

    [LinuxFact]
    public async Task A_reset_with_data_in_flight_is_one()
    {
        await using SocketWatcher watcher = Start();
        _pair.Client.Send(new byte[100_000]);
        Look();
        Reset(_pair.Server);

        (await EndAsync(watcher)).Should().BeOfType<ConnectionReset>();
    }

    [LinuxFact]
    public async Task The_peers_close_is_orderly_and_what_it_sent_before_is_still_readable()
    {
        await using SocketWatcher watcher = Start();
        _pair.Server.Send("last words"u8);
        _pair.Server.Dispose();

        (await EndAsync(watcher)).Should().BeNull();

        watcher.Monitor.State.Should().Be(LivenessState.Closed);
        byte[] buffer = new byte[100];
        _pair.Client.Receive(buffer).Should().Be(10);
        _pair.Client.Receive(buffer).Should().Be(0);
    }

    [LinuxFact]
    public async Task A_half_close_of_our_own_is_no_end_and_the_peers_answer_to_it_is_an_orderly_one()
    {
        await using SocketWatcher watcher = Start();
        _pair.Client.Shutdown(SocketShutdown.Send);
        _pair.Server.Receive(new byte[1]).Should().Be(0);
        Look();
        Look();
        watcher.Monitor.State.Should().Be(LivenessState.Alive);
        _pair.Server.Dispose();

        (await EndAsync(watcher)).Should().BeNull();
    }

    [LinuxTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_orderly_end_that_falls_between_two_looks_is_no_loss(bool weBegin)
    {
        await using SocketWatcher watcher = Start();
        _pair.Client.Send(new byte[1]);
        _pair.Server.Receive(new byte[1]);
        (Socket first, Socket second) = weBegin ? (_pair.Client, _pair.Server) : (_pair.Server, _pair.Client);
        first.Shutdown(SocketShutdown.Send);
        second.Receive(new byte[1]).Should().Be(0);
        second.Shutdown(SocketShutdown.Send);
        first.Receive(new byte[1]).Should().Be(0);
        TcpInfoSnapshot.TryRead(_pair.Client, out TcpInfoSnapshot info).Should().BeTrue();
        info.State.Should().Be(System.Net.NetworkInformation.TcpState.Closed, "Linux leaves the rest to TIME_WAIT");

        (await EndAsync(watcher)).Should().BeNull();
    }

    [LinuxFact]
    public async Task A_reset_after_our_own_half_close_is_a_loss()
    {
        await using SocketWatcher watcher = Start();
        _pair.Client.Shutdown(SocketShutdown.Send);
        _pair.Server.Receive(new byte[1]).Should().Be(0);
        Look();
        Reset(_pair.Server);

        (await EndAsync(watcher)).Should().BeOfType<ConnectionReset>();
    }

    [LinuxTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_half_close_of_a_peer_that_takes_what_we_send_is_no_end_and_what_ends_it_then_is_told(bool resets)
    {
        await using SocketWatcher watcher = Start();
        _pair.Client.Blocking = false;
        FillUp(_pair.Client);
        _pair.Server.Shutdown(SocketShutdown.Send);
        _pair.Client.Poll(TimeSpan.FromSeconds(20), SelectMode.SelectRead).Should().BeTrue();
        Look();
        Look();
        watcher.Monitor.State.Should().Be(LivenessState.Alive);
        if (resets)
        {
            Reset(_pair.Server);
            (await EndAsync(watcher)).Should().BeOfType<ConnectionReset>();
        }
        else
        {
            _pair.Client.Dispose();
            (await EndAsync(watcher)).Should().BeNull();
        }
    }

    [LinuxFact]
    public async Task A_socket_that_its_owner_disposes_is_closed()
    {
        await using SocketWatcher watcher = Start();
        _pair.Client.Dispose();

        (await EndAsync(watcher)).Should().BeNull();
        watcher.Monitor.State.Should().Be(LivenessState.Closed);
    }

    [LinuxFact]
    public async Task Keepalive_is_applied_and_stays_when_the_watching_ends()
    {
        SocketWatcher watcher = Start();
        watcher.KeepAlive!.IsComplete.Should().BeTrue();
        watcher.KeepAlive.InForce.Detection.Idle.Should().Be(TimeSpan.FromSeconds(60));
        watcher.Monitor.GetSnapshot().Bound.Should().Be(TimeSpan.FromSeconds(60));
        await watcher.DisposeAsync();

        TcpKeepAlive.Read(_pair.Client).ToString().Should().Be(watcher.KeepAlive.InForce.ToString());
        _pair.Client.Send(new byte[1]).Should().Be(1, "the socket is the application's");
    }

    [LinuxFact]
    public async Task Without_keepalive_options_the_socket_is_left_as_it_is()
    {
        string before = TcpKeepAlive.Read(_pair.Client).ToString();
        await using SocketWatcher watcher = SocketWatcher.Start(_pair.Client, new SocketWatcherOptions { KeepAlive = null, TimeProvider = _clock });

        watcher.KeepAlive.Should().BeNull();
        TcpKeepAlive.Read(_pair.Client).ToString().Should().Be(before);
        watcher.Monitor.GetSnapshot().Bound.Should().Be(Timeout.InfiniteTimeSpan);
    }

    [LinuxFact]
    public async Task A_socket_that_was_reset_before_is_lost_at_the_first_look()
    {
        Reset(_pair.Server);
        _pair.Client.Poll(s_safety, SelectMode.SelectRead).Should().BeTrue();
        await using SocketWatcher watcher = Start();

        (await EndAsync(watcher)).Should().BeOfType<ConnectionReset>();
    }

    [LinuxFact]
    public async Task On_the_systems_own_clock_a_reset_is_seen_within_seconds()
    {
        await using SocketWatcher watcher = SocketWatcher.Start(_pair.Client);
        Reset(_pair.Server);

        (await watcher.Monitor.Completion.WaitAsync(s_safety)).Should().BeOfType<ConnectionReset>();
    }

    [LinuxFact]
    public void What_is_no_connected_TCP_socket_is_refused()
    {
        using Socket unconnected = new(SocketType.Stream, ProtocolType.Tcp);
        using Socket listener = new(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
        listener.Listen();
        using Socket udp = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        _pair.Server.Dispose();

        foreach (Socket socket in new[] { unconnected, listener, udp })
        {
            FluentActions.Invoking(() => SocketWatcher.Start(socket)).Should().Throw<ArgumentException>().WithMessage("The socket must be a connected TCP socket*");
        }

        FluentActions.Invoking(() => SocketWatcher.Start(_pair.Server)).Should().Throw<ObjectDisposedException>();
        FluentActions.Invoking(() => SocketWatcher.Start(null!)).Should().Throw<ArgumentNullException>();
    }

    public void Dispose() => _pair.Dispose();

    private SocketWatcher Start() => SocketWatcher.Start(_pair.Client, new SocketWatcherOptions { TimeProvider = _clock });

    private void Look() => _clock.Advance(TimeSpan.FromSeconds(1));

    /// <summary>Looks until it has ended, a few times only: the kernel's clock does not jump with ours, and a minute of ours would look
    /// like its limit.
    /// After each the loopback and the pool get the time that they need.</summary>
    private async Task<ConnectionLoss?> EndAsync(SocketWatcher watcher)
    {
        Task<ConnectionLoss?> completion = watcher.Monitor.Completion;
        for (int look = 0; look < 10 && !completion.IsCompleted; look++)
        {
            Look();
            await ((Task)completion).WaitAsync(TimeSpan.FromSeconds(1)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return await completion.WaitAsync(s_safety);
    }

    private static void FillUp(Socket socket)
    {
        byte[] bytes = new byte[64 * 1024];
        SocketError error;
        do
        {
            socket.Send(bytes, SocketFlags.None, out error);
        }
        while (error == SocketError.Success);
    }

    private static void Reset(Socket socket)
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
    }

    private static SocketError ErrorOf(Action operation) => operation.Should().Throw<SocketException>().Which.SocketErrorCode;
}
