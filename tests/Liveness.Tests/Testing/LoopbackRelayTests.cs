using System.Net;
using System.Net.Sockets;
using Liveness.Testing;

namespace Liveness.Tests.Testing;

/// <summary>On real loopback sockets: every wait is for an event, and bounded.</summary>
public sealed class LoopbackRelayTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan s_bound = TimeSpan.FromSeconds(10);

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Socket _client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private LoopbackRelay _relay = null!;
    private Socket _server = null!;

    public async Task InitializeAsync()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        _relay = LoopbackRelay.Start(_listener.LocalEndPoint!);
        await _client.ConnectAsync(_relay.EndPoint).WaitAsync(s_bound);
        _server = await _listener.AcceptAsync().WaitAsync(s_bound);
    }

    public Task DisposeAsync() => _relay.DisposeAsync().AsTask().WaitAsync(s_bound);

    public void Dispose()
    {
        _client.Dispose();
        _server?.Dispose();
        _listener.Dispose();
    }

    [Fact]
    public async Task It_passes_bytes_both_ways_and_says_when_the_last_was_delivered()
    {
        long before = TimeProvider.System.GetTimestamp();
        _relay.LastDeliveredToServer.Should().BeNull();

        await SendAsync(_client, 1, 2, 3);
        (await ReceiveAsync(_server, 3)).Should().Equal(1, 2, 3);
        await SendAsync(_server, 4, 5);
        (await ReceiveAsync(_client, 2)).Should().Equal(4, 5);

        await EndAsync();
        _relay.BytesDeliveredToServer.Should().Be(3);
        _relay.BytesDeliveredToClient.Should().Be(2);
        _relay.LastDeliveredToServer.Should().BeGreaterThanOrEqualTo(before);
        _relay.LastDeliveredToClient.Should().BeGreaterThanOrEqualTo(_relay.LastDeliveredToServer!.Value);
    }

    [Fact]
    public async Task It_passes_megabytes_unharmed()
    {
        byte[] sent = new byte[4_000_000];
        new Random(1).NextBytes(sent);

        Task sending = SendAsync(_client, sent);
        byte[] received = await ReceiveAsync(_server, sent.Length);

        await sending;
        received.AsSpan().SequenceEqual(sent).Should().BeTrue();
    }

    [Fact]
    public async Task A_half_close_passes_and_the_other_way_stays_open()
    {
        await SendAsync(_client, 1);
        _client.Shutdown(SocketShutdown.Send);

        (await ReceiveAsync(_server, 1)).Should().Equal(1);
        (await OutcomeAsync(_server)).Should().BeNull();
        await SendAsync(_server, 2);
        (await ReceiveAsync(_client, 1)).Should().Equal(2);
    }

    [Fact]
    public async Task An_RST_passes_behind_the_bytes_before_it()
    {
        await SendAsync(_client, 1, 2);
        _client.Close(0);

        (await ReceiveAsync(_server, 2)).Should().Equal(1, 2);
        (await OutcomeAsync(_server)).Should().Be(SocketError.ConnectionReset);
    }

    [Fact]
    public async Task After_a_cut_the_sender_is_acknowledged_and_nothing_arrives_not_even_the_end()
    {
        await SendAsync(_client, 1);
        await ReceiveAsync(_server, 1);
        Task<SocketError?> server = OutcomeAsync(_server);

        _relay.Cut();
        await SendAsync(_client, new byte[20_000_000]).WaitAsync(s_bound);
        _client.Close(0);

        await EndAsync(_relay.Reset);
        (await server).Should().Be(SocketError.ConnectionReset, "that is the reset of the relay");
        _relay.BytesDeliveredToServer.Should().Be(1);
    }

    [Fact]
    public async Task A_one_way_cut_leaves_the_other_way_open()
    {
        _relay.CutToServer();
        await SendAsync(_client, 1);
        await SendAsync(_server, 2);

        (await ReceiveAsync(_client, 1)).Should().Equal(2);
        await EndAsync();
        _relay.BytesDeliveredToServer.Should().Be(0);
    }

    [Fact]
    public async Task A_stall_holds_bytes_back_and_loses_none()
    {
        _relay.Stall();
        await SendAsync(_client, 1, 2, 3);
        Task<byte[]> received = ReceiveAsync(_server, 3);

        _relay.Resume();

        (await received).Should().Equal(1, 2, 3);
    }

    [Fact]
    public async Task A_slow_reader_makes_the_sender_wait_and_loses_nothing()
    {
        byte[] sent = new byte[30_000_000];
        Task sending = SendAsync(_client, sent);
        sending.IsCompleted.Should().BeFalse("no kernel buffers that much");

        byte[] received = await ReceiveAsync(_server, sent.Length);

        await sending.WaitAsync(s_bound);
        received.Should().HaveCount(sent.Length);
    }

    [Fact]
    public async Task A_delay_is_at_least_kept()
    {
        _relay.ToServer.Delay = TimeSpan.FromMilliseconds(30);
        long before = TimeProvider.System.GetTimestamp();

        await SendAsync(_client, 1);
        await ReceiveAsync(_server, 1);

        TimeProvider.System.GetElapsedTime(before).Should().BeGreaterThanOrEqualTo(TimeSpan.FromMilliseconds(30));
    }

    [Fact]
    public async Task A_reset_reaches_both_sides()
    {
        Task<SocketError?> client = OutcomeAsync(_client);
        Task<SocketError?> server = OutcomeAsync(_server);

        _relay.Reset();

        (await client).Should().Be(SocketError.ConnectionReset);
        (await server).Should().Be(SocketError.ConnectionReset);
    }

    [Fact]
    public async Task A_close_ends_both_sides_in_order()
    {
        await SendAsync(_client, 1);
        await ReceiveAsync(_server, 1);

        _relay.Close();

        (await OutcomeAsync(_client)).Should().BeNull();
        (await OutcomeAsync(_server)).Should().BeNull();
    }

    [Fact]
    public async Task Several_connections_are_relayed_and_cut_together_and_new_ones_pass_once_the_cut_is_mended()
    {
        using Socket second = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await second.ConnectAsync(_relay.EndPoint).WaitAsync(s_bound);
        using Socket secondServer = await _listener.AcceptAsync().WaitAsync(s_bound);
        await SendAsync(second, 1);
        await ReceiveAsync(secondServer, 1);

        _relay.Cut();
        (_relay.ToServer.IsCut, _relay.ToClient.IsCut) = (false, false);
        await SendAsync(_client, 7);
        await SendAsync(second, 7);

        using Socket third = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await third.ConnectAsync(_relay.EndPoint).WaitAsync(s_bound);
        using Socket thirdServer = await _listener.AcceptAsync().WaitAsync(s_bound);
        await SendAsync(third, 9);
        (await ReceiveAsync(thirdServer, 1)).Should().Equal(9);
        await EndAsync();
        _relay.BytesDeliveredToServer.Should().Be(2);
    }

    [Fact]
    public async Task A_target_that_refuses_resets_the_client()
    {
        using Socket closed = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        closed.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await using LoopbackRelay relay = LoopbackRelay.Start(closed.LocalEndPoint!);
        using Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

        async Task<SocketError?> ConnectAndReceiveAsync()
        {
            try
            {
                await client.ConnectAsync(relay.EndPoint).WaitAsync(s_bound);
            }
            catch (SocketException e)
            {
                return e.SocketErrorCode;
            }

            return await OutcomeAsync(client);
        }

        (await ConnectAndReceiveAsync()).Should().Be(SocketError.ConnectionReset);
    }

    [Fact]
    public async Task Disposing_resets_what_is_open_even_when_nobody_reads_and_may_be_repeated()
    {
        Task sending = SendAsync(_client, new byte[30_000_000]);

        await _relay.DisposeAsync().AsTask().WaitAsync(s_bound);
        await _relay.DisposeAsync();

        await sending.Invoking(s => s.WaitAsync(s_bound)).Should().ThrowAsync<SocketException>();
    }

    /// <summary>Ends the connection and waits until the relay has let go of it: then its counters are final.</summary>
    private async Task EndAsync(Action? how = null)
    {
        (how ?? _relay.Reset)();
        await _relay.DisposeAsync().AsTask().WaitAsync(s_bound);
    }

    private static async Task SendAsync(Socket socket, params byte[] bytes)
    {
        for (int sent = 0; sent < bytes.Length;)
        {
            sent += await socket.SendAsync(bytes.AsMemory(sent));
        }
    }

    private static async Task<byte[]> ReceiveAsync(Socket socket, int count)
    {
        byte[] bytes = new byte[count];
        for (int received = 0; received < count;)
        {
            int some = await socket.ReceiveAsync(bytes.AsMemory(received)).AsTask().WaitAsync(s_bound);
            some.Should().BePositive("the connection is open");
            received += some;
        }

        return bytes;
    }

    /// <summary>Null = orderly end.</summary>
    private static async Task<SocketError?> OutcomeAsync(Socket socket)
    {
        try
        {
            (await socket.ReceiveAsync(new byte[1]).WaitAsync(s_bound)).Should().Be(0);
            return null;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode;
        }
    }
}
