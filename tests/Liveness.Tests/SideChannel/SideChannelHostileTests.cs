using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Liveness.SideChannel;
using Liveness.Tests.InBand;

namespace Liveness.Tests.SideChannel;

/// <summary>Peers that do not mean well: each is refused, and nobody else notices.</summary>
public sealed class SideChannelHostileTests
{
    private static readonly TimeSpan s_safety = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_flood_of_half_open_connections_from_one_address_keeps_nobody_else_out()
    {
        RecordingRefusals refusals = new();
        await using SideChannelListener listener = Start(new SideChannelListenerOptions { MaxUnauthenticatedPerAddress = 5, Logger = refusals });
        List<Socket> strangers = [];
        for (int i = 0; i < 20; i++)
        {
            Socket stranger = new(SocketType.Stream, ProtocolType.Tcp);
            await stranger.ConnectAsync(listener.LocalEndPoint).WaitAsync(s_safety);
            strangers.Add(stranger);
        }

        int reset = 0;
        foreach (Socket stranger in strangers.Take(15))
        {
            Func<Task> reading = async () =>
            {
                while (await stranger.ReceiveAsync(new byte[256]).WaitAsync(s_safety) > 0)
                {
                }
            };
            reset += (await reading.Should().ThrowAsync<SocketException>()).Which.SocketErrorCode == SocketError.ConnectionReset ? 1 : 0;
        }

        reset.Should().Be(15, "the oldest go first");
        await EventuallyAsync(() => refusals.Texts.Count >= 15);
        refusals.Texts.Should().HaveCount(15).And.OnlyContain(text => text.Contains("MaxUnauthenticatedPerAddress"));
        await (await ConnectsAsync(listener, keep: true)).DisposeAsync();
        strangers.ForEach(stranger => stranger.Dispose());
    }

    [Fact]
    public async Task A_listener_that_is_full_says_so()
    {
        await using SideChannelListener listener = Start(new SideChannelListenerOptions { MaxSideConnections = 1 });
        await using SideChannelClient first = await ConnectsAsync(listener, keep: true);

        Func<Task> connecting = () => SideChannelClient.ConnectAsync(listener.LocalEndPoint).WaitAsync(s_safety);

        (await connecting.Should().ThrowAsync<AuthenticationException>()).WithMessage("*MaxSideConnections*").WithInnerException<ConnectionLostException>();
        first.IsAlive.Should().BeTrue();
    }

    [Fact]
    public async Task Another_protocol_on_the_port_is_told_apart_and_closed()
    {
        await using SideChannelListener listener = Start();
        using Socket stranger = new(SocketType.Stream, ProtocolType.Tcp);
        await stranger.ConnectAsync(listener.LocalEndPoint).WaitAsync(s_safety);
        await stranger.SendAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray()).WaitAsync(s_safety);

        Func<Task> reading = async () =>
        {
            while (await stranger.ReceiveAsync(new byte[256]).WaitAsync(s_safety) > 0)
            {
            }

            throw new SocketException((int)SocketError.ConnectionReset);
        };

        await reading.Should().ThrowAsync<SocketException>();
        listener.SideConnectionCount.Should().Be(0);
        await ConnectsAsync(listener);
    }

    [Fact]
    public async Task A_peer_that_watches_more_than_it_may_is_refused_watch_by_watch()
    {
        RecordingRefusals refusals = new();
        await using SideChannelListener listener = Start(new SideChannelListenerOptions { MaxWatchesPerPeer = 3, Logger = refusals });
        await using SideChannelClient client = await ConnectsAsync(listener, keep: true);
        SocketPair[] data = [.. Enumerable.Range(0, 5).Select(_ => SocketPair.OverTcp())];
        SideWatch[] atServer = [.. data.Select(pair => listener.Watch(pair.Server))];
        SideWatch[] watched = [.. data.Select(pair => client.Watch(pair.Client))];

        await EventuallyAsync(() => watched.Count(connection => connection.Monitor.Conditions == ConnectionConditions.None) == 3 && refusals.Texts.Count == 2);

        watched.Skip(3).Should().OnlyContain(connection => connection.Monitor.Conditions == ConnectionConditions.Unvouched);
        client.IsAlive.Should().BeTrue("the watches within the limit go on");
        atServer.Should().HaveCount(5);
        Array.ForEach(data, pair => pair.Dispose());
    }

    [Theory]
    [InlineData("the same id twice")]
    [InlineData("a message of no known type")]
    [InlineData("a message that only a server sends")]
    [InlineData("a handshake that goes on")]
    public async Task A_peer_that_breaks_a_rule_is_refused_with_the_reason(string what)
    {
        RecordingRefusals refusals = new();
        await using SideChannelListener listener = Start(new SideChannelListenerOptions { Logger = refusals });
        TcpClient tcp = new();
        await tcp.ConnectAsync(listener.LocalEndPoint).WaitAsync(s_safety);
        await using HeartbeatStream stream = await HeartbeatStream.StartAsync(tcp.GetStream()).WaitAsync(s_safety);
        byte[] messages = new byte[2_000];
        int length = SideMessageWriter.WriteAuth(messages, new AuthMessage(SideLimits.Version, SideAuthMethod.None, new Bytes32(1, 2)));
        length += Broken(what, messages.AsSpan(length));

        await stream.WriteAsync(messages.AsMemory(0, length)).AsTask().WaitAsync(s_safety);

        ConnectionLoss? loss = await stream.Monitor.Completion.WaitAsync(s_safety);
        loss.Should().BeOfType<PeerGaveUp>().Which.Code.Should().Be(GoodbyeCode.Refused);
        await EventuallyAsync(() => refusals.Texts.Count == 1);
        await ConnectsAsync(listener);
    }

    [Fact]
    public async Task Somebody_elses_connection_and_a_guessed_key_get_the_answer_of_what_does_not_exist()
    {
        await using SideChannelListener listener = Start();
        using SocketPair data = SocketPair.OverTcp();
        await using SideWatch victim = listener.Watch(data.Server, new byte[16]);
        TcpClient tcp = new();
        await tcp.ConnectAsync(listener.LocalEndPoint).WaitAsync(s_safety);
        await using HeartbeatStream stream = await HeartbeatStream.StartAsync(tcp.GetStream()).WaitAsync(s_safety);
        ConnectionTuple.TryCreate(new IPEndPoint(IPAddress.Parse("192.0.2.7"), 51234), listener.LocalEndPoint, out ConnectionTuple others).Should().BeTrue();
        byte[] messages = new byte[2_000];
        int length = SideMessageWriter.WriteAuth(messages, new AuthMessage(SideLimits.Version, SideAuthMethod.None, new Bytes32(1, 2)));
        length += SideMessageWriter.WriteWatch(messages.AsSpan(length), new WatchMessage(1, others, 5));
        length += SideMessageWriter.WriteWatchKey(messages.AsSpan(length), new WatchKeyMessage(2, new Bytes32(3, 4), 6));
        await stream.WriteAsync(messages.AsMemory(0, length)).AsTask().WaitAsync(s_safety);

        List<AnswerMessage> answers = [];
        SideMessageReader reader = new();
        byte[] input = new byte[1_000];
        while (answers.Count < 2)
        {
            int count = await stream.ReadAsync(input).AsTask().WaitAsync(s_safety);
            Collect(input.AsSpan(0, count), reader, answers);
        }

        answers.Should().OnlyContain(answer => answer.Answer == SideAnswer.NotMyAddress && answer.BytesReceived == AnswerMessage.Unknown);
    }

    private static void Collect(ReadOnlySpan<byte> input, SideMessageReader reader, List<AnswerMessage> answers)
    {
        while (reader.TryRead(ref input, out SideMessageType type, out ReadOnlySpan<byte> payload))
        {
            if (type == SideMessageType.Answer)
            {
                answers.Add(SideMessageDecoder.ReadAnswer(payload));
            }
        }
    }

    private static int Broken(string what, Span<byte> output)
    {
        WatchMessage watch = new(7, default, 1);
        switch (what)
        {
            case "the same id twice":
                int first = SideMessageWriter.WriteWatch(output, watch);
                return first + SideMessageWriter.WriteWatch(output[first..], watch);
            case "a message of no known type":
                (output[0], output[1], output[2]) = (99, 0, 0);
                return 3;
            case "a message that only a server sends":
                return SideMessageWriter.WriteRefused(output, new RefusedMessage(1, WatchRefusal.IdInUse));
            default:
                return SideMessageWriter.WriteAuth(output, new AuthMessage(SideLimits.Version, SideAuthMethod.None, new Bytes32(1, 2)));
        }
    }

    private static SideChannelListener Start(SideChannelListenerOptions? options = null) => SideChannelListener.Start(new IPEndPoint(IPAddress.Loopback, 0), options);

    private static async Task<SideChannelClient> ConnectsAsync(SideChannelListener listener, bool keep = false)
    {
        SideChannelClient client = await SideChannelClient.ConnectAsync(listener.LocalEndPoint).WaitAsync(s_safety);
        if (!keep)
        {
            await client.DisposeAsync();
        }

        return client;
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
