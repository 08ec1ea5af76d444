using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Liveness.KeepAlive;
using Liveness.SideChannel;
using Liveness.Tests.InBand;

namespace Liveness.Tests.SideChannel;

/// <summary>Both ends of a side channel over loopback, in one process.</summary>
public sealed class SideChannelEndToEndTests
{
    private static readonly TimeSpan s_safety = TimeSpan.FromSeconds(10);
    private static readonly IPEndPoint s_loopback = new(IPAddress.Loopback, 0);

    [Fact]
    public async Task Both_ends_vouch_for_a_connection_that_both_watch()
    {
        await using SideChannelListener listener = SideChannelListener.Start(s_loopback);
        await using SideChannelClient client = await SideChannelClient.ConnectAsync(listener.LocalEndPoint).WaitAsync(s_safety);
        using SocketPair data = SocketPair.OverTcp();
        await using SideWatch atServer = listener.Watch(data.Server);
        await using SideWatch atClient = client.Watch(data.Client);

        await VouchedAsync(atClient);
        await VouchedAsync(atServer);
        (client.IsAlive, client.WatchedCount, listener.WatchedCount, listener.SideConnectionCount).Should().Be((true, 1, 1, 1));
        atClient.Monitor.State.Should().Be(LivenessState.Alive);
    }

    [Fact]
    public async Task A_watch_before_the_accept_is_answered_when_the_socket_is_registered()
    {
        await using SideChannelListener listener = SideChannelListener.Start(s_loopback);
        await using SideChannelClient client = await SideChannelClient.ConnectAsync(listener.LocalEndPoint).WaitAsync(s_safety);
        using SocketPair data = SocketPair.OverTcp();
        await using SideWatch atClient = client.Watch(data.Client);
        atClient.Monitor.Conditions.Should().Be(ConnectionConditions.Unvouched);

        await using SideWatch atServer = listener.Watch(data.Server);

        await VouchedAsync(atClient);
    }

    [Fact]
    public async Task A_key_names_a_connection_whatever_its_addresses_are()
    {
        byte[] key = [.. Enumerable.Range(0, 16).Select(i => (byte)i)];
        await using SideChannelListener listener = SideChannelListener.Start(s_loopback);
        await using SideChannelClient client = await SideChannelClient.ConnectAsync(listener.LocalEndPoint).WaitAsync(s_safety);
        using SocketPair near = SocketPair.OverTcp();
        using SocketPair far = SocketPair.OverTcp();
        await using SideWatch atServer = listener.Watch(far.Server, key);
        await using SideWatch atClient = client.Watch(near.Client, key);

        await VouchedAsync(atClient);
        await VouchedAsync(atServer);
    }

    [Theory]
    [InlineData("0123456789abcdef", "0123456789abcdef", true)]
    [InlineData("0123456789abcdef", "0123456789abcdeF", false)]
    [InlineData("0123456789abcdef", null, false)]
    [InlineData(null, "0123456789abcdef", false)]
    public async Task Both_ends_must_know_the_secret(string? atListener, string? atClient, bool works)
    {
        await using SideChannelListener listener = SideChannelListener.Start(s_loopback, new SideChannelListenerOptions { SharedSecret = atListener });
        Func<Task> connecting = async () =>
        {
            await using SideChannelClient client = await SideChannelClient.ConnectAsync(listener.LocalEndPoint, new SideChannelClientOptions { SharedSecret = atClient }).WaitAsync(s_safety);
        };

        if (works)
        {
            await connecting.Should().NotThrowAsync();
        }
        else
        {
            (await connecting.Should().ThrowAsync<Exception>()).Which.Should().Match(thrown => thrown is AuthenticationException || thrown is ConnectionLostException);
        }

        listener.SideConnectionCount.Should().BeLessThanOrEqualTo(1);
    }

    [Fact]
    public async Task A_data_connection_that_is_closed_at_the_other_end_is_closed_and_not_lost()
    {
        SideChannelClientOptions options = new() { DetectWithin = TimeSpan.FromMilliseconds(200) };
        await using SideChannelListener listener = SideChannelListener.Start(s_loopback, new SideChannelListenerOptions { DetectWithin = options.DetectWithin });
        await using SideChannelClient client = await SideChannelClient.ConnectAsync(listener.LocalEndPoint, options).WaitAsync(s_safety);
        using SocketPair data = SocketPair.OverTcp();
        await using SideWatch atServer = listener.Watch(data.Server);
        await using SideWatch atClient = client.Watch(data.Client);
        await VouchedAsync(atClient);

        data.Server.Dispose();

        (await atClient.Monitor.Completion.WaitAsync(s_safety)).Should().BeNull();
        atClient.Monitor.State.Should().Be(LivenessState.Closed);
        (await atServer.Monitor.Completion.WaitAsync(s_safety)).Should().BeNull();
        client.WatchedCount.Should().Be(0);
    }

    [Fact]
    public async Task A_reset_of_the_data_connection_is_told_and_leaves_the_error_to_the_application()
    {
        SideChannelClientOptions options = new() { DetectWithin = TimeSpan.FromMilliseconds(200) };
        await using SideChannelListener listener = SideChannelListener.Start(s_loopback);
        await using SideChannelClient client = await SideChannelClient.ConnectAsync(listener.LocalEndPoint, options).WaitAsync(s_safety);
        TaskCompletionSource<SidePeerLostEventArgs> batch = new(TaskCreationOptions.RunContinuationsAsynchronously);
        client.PeerLost += (_, e) => batch.TrySetResult(e);
        using SocketPair data = SocketPair.OverTcp();
        await using SideWatch atClient = client.Watch(data.Client);

        data.Server.LingerState = new LingerOption(enable: true, seconds: 0);
        data.Server.Dispose();

        (await atClient.Monitor.Completion.WaitAsync(s_safety)).Should().BeOfType<ConnectionReset>();
        (await batch.Task.WaitAsync(s_safety)).Connections.Should().Equal(atClient);
        Action reading = () => data.Client.Receive(new byte[1]);
        reading.Should().Throw<SocketException>().Which.SocketErrorCode.Should().Be(SocketError.ConnectionReset);
    }

    [Fact]
    public async Task A_side_connection_that_breaks_alone_is_rebuilt_and_costs_nobody_a_connection()
    {
        SideChannelClientOptions options = new() { DetectWithin = TimeSpan.FromMilliseconds(300), ReconnectDelay = TimeSpan.FromMilliseconds(10) };
        IPEndPoint endPoint;
        using SocketPair data = SocketPair.OverTcp();
        SideChannelListener first = SideChannelListener.Start(s_loopback);
        endPoint = first.LocalEndPoint;
        await using SideChannelClient client = await SideChannelClient.ConnectAsync(endPoint, options).WaitAsync(s_safety);
        await using SideWatch atClient = client.Watch(data.Client);
        await using SideWatch atFirst = first.Watch(data.Server);
        await VouchedAsync(atClient);

        await first.DisposeAsync();
        await ConditionsAsync(atClient, conditions => (conditions & ConnectionConditions.SideDown) != 0);
        await using SideChannelListener second = SideChannelListener.Start(endPoint);
        await using SideWatch atSecond = second.Watch(data.Server);

        await VouchedAsync(atClient);
        atClient.Monitor.Loss.Should().BeNull();
    }

    [Fact]
    public async Task Watching_changes_keepalive_alone_and_puts_it_back()
    {
        await using SideChannelListener listener = SideChannelListener.Start(s_loopback);
        await using SideChannelClient client = await SideChannelClient.ConnectAsync(listener.LocalEndPoint).WaitAsync(s_safety);
        using SocketPair data = SocketPair.OverTcp();
        string before = TcpKeepAlive.Read(data.Client).ToString();
        SideWatch watched = client.Watch(data.Client);

        TcpKeepAliveSettings during = TcpKeepAlive.Read(data.Client);
        (during.Enabled, during.Idle, during.Interval, during.ProbeCount, during.UserTimeout).Should().Be(
            (true, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1), 127, Timeout.InfiniteTimeSpan));
        await watched.DisposeAsync();

        TcpKeepAlive.Read(data.Client).ToString().Should().Be(before);
        watched.Monitor.State.Should().Be(LivenessState.Closed);
    }

    [Fact]
    public void A_listener_that_others_can_reach_needs_to_know_who_may_use_it()
    {
        Action starting = () => SideChannelListener.Start(new IPEndPoint(IPAddress.Any, 0));

        starting.Should().Throw<ArgumentException>().WithMessage("*can be reached by other hosts*SharedSecret*");
    }

    [Theory]
    [InlineData(15)]
    [InlineData(513)]
    public async Task A_key_that_can_be_guessed_or_is_oversize_is_refused(int length)
    {
        await using SideChannelListener listener = SideChannelListener.Start(s_loopback);
        using SocketPair data = SocketPair.OverTcp();
        Action watching = () => listener.Watch(data.Server, new byte[length]);

        watching.Should().Throw<ArgumentException>().WithMessage($"*{length} bytes*16 to 512*");
    }

    private static Task VouchedAsync(SideWatch connection) => ConditionsAsync(connection, conditions => conditions == ConnectionConditions.None);

    private static async Task ConditionsAsync(SideWatch connection, Func<ConnectionConditions, bool> wanted)
    {
        TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        connection.Monitor.StateChanged += (_, e) => Check(e.NewConditions);
        Check(connection.Monitor.Conditions);
        await reached.Task.WaitAsync(s_safety);

        void Check(ConnectionConditions conditions)
        {
            if (wanted(conditions))
            {
                reached.TrySetResult();
            }
        }
    }
}
