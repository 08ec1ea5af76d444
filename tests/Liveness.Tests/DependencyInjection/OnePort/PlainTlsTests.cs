using System.Net.Security;
using Liveness.Tests.InBand;

namespace Liveness.Tests.DependencyInjection;

/// <summary>TLS may tell what a peer speaks before its first byte; where it doesn't, its bytes inside TLS do.</summary>
public sealed class PlainTlsTests : IAsyncDisposable
{
    private static readonly TimeSpan s_safety = TimeSpan.FromSeconds(20);
    private static readonly SslApplicationProtocol s_ours = LivenessProtocol.Alpn;
    private static readonly SslApplicationProtocol s_other = SslApplicationProtocol.Http11;

    private readonly SocketPair _pair = SocketPair.OverTcp();
    private readonly LivenessFactory _serving =
        new(new LivenessOptions { PlainPeers = PlainPeers.Serve, Heartbeat = { PlainPeerAfter = TimeSpan.FromMilliseconds(300) } });

    /// <summary>So patient that only ALPN, or a byte, can have decided.</summary>
    private readonly LivenessFactory _patient =
        new(new LivenessOptions { PlainPeers = PlainPeers.Serve, Heartbeat = { PlainPeerAfter = TimeSpan.FromMinutes(9), HandshakeTimeout = TimeSpan.FromMinutes(9) } });

    private readonly LivenessFactory _refusing = new(new LivenessOptions());

    public async ValueTask DisposeAsync()
    {
        await _serving.DisposeAsync();
        await _patient.DisposeAsync();
        await _refusing.DisposeAsync();
        _pair.Dispose();
    }

    [Fact]
    public void The_id_is_part_of_the_protocol() => s_ours.ToString().Should().Be("liveness/1");

    /// <summary>Each would wait nine minutes for the other, if it looked at bytes.</summary>
    [Fact]
    public async Task Both_ends_may_serve_where_TLS_has_agreed_on_it()
    {
        (Stream client, Stream server) = await TlsPair.CreateAsync(_pair, [s_ours, s_other], [s_ours, s_other]);

        LivenessConnection[] both = await Task.WhenAll(_patient.AttachAsync(client), _patient.AttachAsync(server)).WaitAsync(s_safety);

        both.Should().OnlyContain(connection => connection.Mode == LivenessMode.InBand);
        await PassAsync(both[0].Stream, both[1].Stream);
        await Task.WhenAll(both.Select(connection => connection.DisposeAsync().AsTask())).WaitAsync(s_safety);
    }

    [Fact]
    public async Task A_client_whose_server_does_not_know_the_protocol_runs_by_its_kernel_alone()
    {
        (Stream client, Stream server) = await TlsPair.CreateAsync(_pair, [s_ours, s_other], [s_other]);

        await using LivenessConnection connection = await _patient.AttachAsync(client).WaitAsync(s_safety);

        connection.Mode.Should().Be(LivenessMode.KernelOnly);
        await PassAsync(connection.Stream, server);
        await PassAsync(server, connection.Stream);
    }

    [Fact]
    public async Task A_client_whose_server_knows_no_ALPN_runs_by_its_kernel_alone()
    {
        (Stream client, Stream server) = await TlsPair.CreateAsync(_pair, [s_ours, s_other], []);

        await using LivenessConnection connection = await _patient.AttachAsync(client).WaitAsync(s_safety);

        connection.Mode.Should().Be(LivenessMode.KernelOnly);
        await PassAsync(server, connection.Stream);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Without_the_id_the_first_bytes_inside_TLS_decide_at_the_server(bool otherProtocol)
    {
        List<SslApplicationProtocol> protocols = otherProtocol ? [s_other] : [];
        (Stream client, Stream server) = await TlsPair.CreateAsync(_pair, protocols, protocols);

        LivenessConnection[] both = await Task.WhenAll(_refusing.AttachAsync(client), _patient.AttachAsync(server)).WaitAsync(s_safety);

        both.Should().OnlyContain(connection => connection.Mode == LivenessMode.InBand);
        await PassAsync(both[0].Stream, both[1].Stream);
        await Task.WhenAll(both.Select(connection => connection.DisposeAsync().AsTask())).WaitAsync(s_safety);
    }

    [Fact]
    public async Task A_plain_client_inside_TLS_is_served_with_its_first_byte()
    {
        (Stream client, Stream server) = await TlsPair.CreateAsync(_pair);
        Task<LivenessConnection> attaching = _patient.AttachAsync(server);
        await client.WriteAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray());

        await using LivenessConnection connection = await attaching.WaitAsync(s_safety);

        connection.Mode.Should().Be(LivenessMode.KernelOnly);
        byte[] read = new byte[18];
        await connection.Stream.ReadExactlyAsync(read).AsTask().WaitAsync(s_safety);
        read.Should().Equal("GET / HTTP/1.1\r\n\r\n"u8.ToArray());
        await PassAsync(client, connection.Stream);
        await PassAsync(connection.Stream, client);
    }

    [Fact]
    public async Task A_silent_client_inside_TLS_is_served_and_the_read_that_waited_for_it_loses_nothing()
    {
        (Stream client, Stream server) = await TlsPair.CreateAsync(_pair);

        await using LivenessConnection connection = await _serving.AttachAsync(server).WaitAsync(s_safety);

        await PassAsync(connection.Stream, client);
        await PassAsync(client, connection.Stream);
        await PassAsync(client, connection.Stream);
    }

    [Fact]
    public async Task A_client_that_has_agreed_and_then_speaks_plain_is_told_so()
    {
        (Stream client, Stream server) = await TlsPair.CreateAsync(_pair, [s_ours], [s_ours]);
        Task<LivenessConnection> attaching = _serving.AttachAsync(server);
        await client.WriteAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray());

        (await LossOfAsync(attaching)).ToString().Should().Contain("TLS has agreed on liveness/1 with the peer, but its first bytes are not those of Liveness, it began with \"GET / HTTP/1.1");
    }

    [Fact]
    public async Task A_server_that_has_agreed_and_then_speaks_plain_is_told_so_at_the_client()
    {
        (Stream client, Stream server) = await TlsPair.CreateAsync(_pair, [s_ours], [s_ours]);
        Task<LivenessConnection> attaching = _refusing.AttachAsync(client);
        await server.WriteAsync("220 mail.example.org ESMTP\r\n"u8.ToArray());

        (await LossOfAsync(attaching)).ToString().Should().Contain("TLS has agreed on liveness/1 with the peer, but its first bytes are not those of Liveness");
    }

    /// <summary>Where somebody else has shaken hands, as Kestrel does, the stream is none that could be asked.</summary>
    [Fact]
    public async Task What_the_owner_knows_of_TLS_counts_like_what_the_stream_says()
    {
        (Stream client, Stream server) = await TlsPair.CreateAsync(_pair);
        AttachTarget target = new(new BufferedStream(server), _pair.Server) { NegotiatedProtocol = s_ours };
        Task<LivenessConnection> attaching = _serving.AttachAsync(target);
        await client.WriteAsync("GET"u8.ToArray());

        (await LossOfAsync(attaching)).ToString().Should().Contain("TLS has agreed on liveness/1");
    }

    private static async Task<ConnectionLoss> LossOfAsync(Task attaching)
    {
        Func<Task> awaiting = () => attaching.WaitAsync(s_safety);
        ConnectionLoss loss = (await awaiting.Should().ThrowAsync<ConnectionLostException>()).Which.Loss;
        loss.Should().BeOfType<PeerNotLiveness>();
        return loss;
    }

    private static async Task PassAsync(Stream from, Stream to)
    {
        byte[] sent = [.. Enumerable.Range(0, 1_000).Select(i => (byte)i)];
        byte[] read = new byte[sent.Length];
        await from.WriteAsync(sent);
        await from.FlushAsync();
        await to.ReadExactlyAsync(read).AsTask().WaitAsync(s_safety);
        read.Should().Equal(sent);
    }
}
