using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Liveness.KeepAlive;
using Liveness.SideChannel;
using Liveness.Tests.InBand;
using Liveness.Tests.KeepAlive;

namespace Liveness.Tests.SideChannel;

/// <summary>Moments between two steps: a disposal, a goodbye or a second watch that comes in between.</summary>
public sealed class SideChannelRaceTests
{
    private static readonly TimeSpan s_safety = TimeSpan.FromSeconds(10);
    private static readonly IPEndPoint s_loopback = new(IPAddress.Loopback, 0);

    [Fact]
    public async Task A_stranger_in_its_handshake_does_not_hold_up_the_disposal_of_a_listener()
    {
        SideChannelListener listener = SideChannelListener.Start(s_loopback, new SideChannelListenerOptions { SharedSecret = "0123456789abcdef", HandshakeTimeout = TimeSpan.FromMinutes(5) });
        using TcpClient tcp = new();
        await tcp.ConnectAsync(listener.LocalEndPoint).WaitAsync(s_safety);
        await using HeartbeatStream stream = await HeartbeatStream.StartAsync(tcp.GetStream()).WaitAsync(s_safety);
        byte[] message = new byte[SideLimits.MaxMessage];
        int length = SideMessageWriter.WriteAuth(message, new AuthMessage(SideLimits.Version, SideAuthMethod.SharedSecret, new Bytes32(1, 2)));
        await stream.WriteAsync(message.AsMemory(0, length)).AsTask().WaitAsync(s_safety);
        (await stream.ReadAsync(message).AsTask().WaitAsync(s_safety)).Should().BePositive("the listener now waits for a proof");

        await listener.DisposeAsync().AsTask().WaitAsync(s_safety);

        (await stream.Monitor.Completion.WaitAsync(s_safety)).Should().BeNull("it is closed in good order");
    }

    [Fact]
    public async Task A_client_that_says_goodbye_leaves_live_connections_behind_and_no_losses()
    {
        SideChannelListenerOptions options = new() { DetectWithin = TimeSpan.FromMilliseconds(200), Witness = false };
        await using SideChannelListener listener = SideChannelListener.Start(s_loopback, options);
        using SocketPair data = SocketPair.OverTcp();
        SideChannelClient client = await SideChannelClient.ConnectAsync(listener.LocalEndPoint).WaitAsync(s_safety);
        await using SideWatch atServer = listener.Watch(data.Server);
        client.Watch(data.Client);
        await EventuallyAsync(() => atServer.Monitor.Conditions == ConnectionConditions.None);

        await client.DisposeAsync().AsTask().WaitAsync(s_safety);
        await EventuallyAsync(() => listener.SideConnectionCount == 0 && atServer.Monitor.Conditions == ConnectionConditions.Unvouched);

        atServer.Monitor.Loss.Should().BeNull();
    }

    [LinuxFact]
    public async Task A_socket_that_is_watched_again_keeps_its_witness_and_gets_its_own_keepalive_back()
    {
        await using SideChannelListener listener = SideChannelListener.Start(s_loopback);
        using SocketPair data = SocketPair.OverTcp();
        string before = TcpKeepAlive.Read(data.Server).ToString();
        await using SideWatch older = listener.Watch(data.Server);

        SideWatch newer = listener.Watch(data.Server);
        TcpKeepAlive.Read(data.Server).Enabled.Should().BeTrue();
        await newer.DisposeAsync();

        TcpKeepAlive.Read(data.Server).ToString().Should().Be(before);
    }

    [Fact]
    public async Task A_connection_on_which_the_applications_own_tls_settings_fail_is_closed()
    {
        await using SideChannelListener listener = SideChannelListener.Start(s_loopback, new SideChannelListenerOptions { Tls = new SslServerAuthenticationOptions(), HandshakeTimeout = TimeSpan.FromMinutes(5) });
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(listener.LocalEndPoint).WaitAsync(s_safety);

        (await socket.ReceiveAsync(new byte[1]).WaitAsync(s_safety)).Should().Be(0);
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
