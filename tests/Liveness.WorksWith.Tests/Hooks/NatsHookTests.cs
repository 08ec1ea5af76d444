using System.Net.Sockets;
using NATS.Client.Core;

namespace Liveness.WorksWith.Tests.Hooks;

/// <summary>What stands between the client and its socket already, a connection of the program's or TLS, is neither passed by nor left
/// unwatched without a word.</summary>
public sealed class NatsHookTests
{
    private static readonly LivenessOptions s_inBand = new() { DetectWithin = TimeSpan.FromSeconds(30) };
    private static readonly LivenessOptions s_kernelOnly = new() { Mode = LivenessMode.KernelOnly, DetectWithin = TimeSpan.FromSeconds(30) };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task In_band_the_bytes_go_through_a_connection_of_the_programs_own(bool showsSocket)
    {
        await using LivenessFactory factory = new(s_inBand);
        await using FakeNats server = new(factory);
        await using NatsConnection client = new(new NatsOpts { Url = $"nats://{server.Address}" });
        CountingConnection? counting = null;
        client.OnSocketAvailableAsync = made => ValueTask.FromResult<INatsSocketConnection>(
            counting = showsSocket ? new CountingConnection.WithSocket((INatsTlsUpgradeableSocketConnection)made) : new CountingConnection(made));
        client.UseLiveness(factory);

        await client.PingAsync();

        factory.Connections.Should().HaveCount(2, "both ends are attached").And.OnlyContain(connection => connection.Mode == LivenessMode.InBand);
        counting!.Sent.Should().BeGreaterThan(server.Lines.Sum(line => line.Length + 2), "frames are more than what they hold");
        counting.Received.Should().BeGreaterThan(0);
    }

    [Fact]
    public async Task In_band_the_bytes_go_through_a_connection_of_the_programs_own_factory()
    {
        await using LivenessFactory factory = new(s_inBand);
        await using FakeNats server = new(factory);
        CountingFactory connections = new();
        await using NatsConnection client = new(new NatsOpts { Url = $"nats://{server.Address}", SocketConnectionFactory = connections });
        client.UseLiveness(factory);

        await client.PingAsync();

        factory.Connections.Should().HaveCount(2);
        connections.Made!.Sent.Should().BeGreaterThan(0);
    }

    [Fact]
    public async Task By_the_kernel_the_socket_beneath_a_connection_of_the_programs_own_is_watched()
    {
        await using LivenessFactory factory = new(s_kernelOnly);
        await using FakeNats server = new(factory: null);
        CountingConnection? counting = null;
        await using NatsConnection client = new(new NatsOpts { Url = $"nats://{server.Address}" });
        client.OnSocketAvailableAsync = made => ValueTask.FromResult<INatsSocketConnection>(counting = new CountingConnection(made));
        client.UseLiveness(factory);

        await client.PingAsync();

        await UntilAsync(() => factory.Connections.Count == 1);
        counting!.Sent.Should().BeGreaterThan(0);
    }

    [Fact]
    public async Task A_connection_is_closed_with_the_client_once()
    {
        await using LivenessFactory factory = new(s_inBand);
        await using FakeNats server = new(factory);
        await using (NatsConnection client = new(new NatsOpts { Url = $"nats://{server.Address}" }))
        {
            client.OnSocketAvailableAsync = made => ValueTask.FromResult<INatsSocketConnection>(new CountingConnection(made));
            client.UseLiveness(factory);
            await client.PingAsync();
        }

        await UntilAsync(() => factory.Connections.Count == 0);
        factory.RecentLosses.Should().BeEmpty();
    }

    [Theory]
    [InlineData("tls", TlsMode.Auto)]
    [InlineData("nats", TlsMode.Require)]
    public async Task Tls_on_the_bare_socket_is_refused_where_the_socket_is_not_shown(string scheme, TlsMode tls)
    {
        await using LivenessFactory factory = new(s_inBand);
        await using NatsConnection client = new(new NatsOpts { Url = $"{scheme}://127.0.0.1", TlsOpts = new NatsTlsOpts { Mode = tls } });

        FluentActions.Invoking(() => client.UseLiveness(factory)).Should().Throw<InvalidOperationException>().WithMessage("*KernelOnly*Implicit*");
    }

    [Fact]
    public async Task Tls_that_is_demanded_is_never_left_out()
    {
        await using LivenessFactory factory = new(s_inBand);
        await using FakeNats server = new(factory);
        await using NatsConnection client = new(new NatsOpts { Url = $"nats://{server.Address}", TlsOpts = new NatsTlsOpts { Mode = TlsMode.Require } });

        // Only at the connect is it known what a callback makes of a connection.
        client.OnSocketAvailableAsync = ValueTask.FromResult;
        client.UseLiveness(factory);

        await FluentActions.Awaiting(async () => await client.ConnectAsync()).Should().ThrowAsync<NatsException>();
        server.Lines.Should().BeEmpty("a password would be among them");
    }

    [Fact]
    public async Task In_band_the_heartbeat_runs_inside_tls_from_the_first_byte()
    {
        await using LivenessFactory factory = new(s_inBand);
        await using FakeNats server = new(factory, withTls: true);
        await using NatsConnection client = new(new NatsOpts { Url = $"tls://{server.Address}", TlsOpts = Implicit() });
        client.UseLiveness(factory);

        await client.PingAsync();

        factory.Connections.Should().HaveCount(2).And.OnlyContain(connection => connection.Mode == LivenessMode.InBand);
    }

    [Fact]
    public async Task What_shows_no_socket_passes_unwatched_by_the_kernel_with_one_warning()
    {
        await using LivenessFactory factory = new(s_kernelOnly);
        await using FakeNats server = new(factory: null, withTls: true);
        using KeptLog log = new("Liveness.NATS.Net");
        await using NatsConnection client = new(new NatsOpts { Url = $"tls://{server.Address}", TlsOpts = Implicit(), LoggerFactory = log });
        client.UseLiveness(factory);

        await client.PingAsync();
        TaskCompletionSource opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
        client.ConnectionOpened += (_, _) =>
        {
            opened.TrySetResult();
            return ValueTask.CompletedTask;
        };
        await client.ReconnectAsync();

        // A ping before that is cancelled with the old connection.
        await opened.Task.WaitAsync(TimeSpan.FromMinutes(1));
        await client.PingAsync();

        factory.Connections.Should().BeEmpty();
        log.Warnings.Should().ContainSingle().Which.Should().Contain("pass unwatched").And.Contain("KernelOnly");
    }

    [Fact]
    public async Task A_second_call_is_refused()
    {
        await using LivenessFactory factory = new(s_inBand);
        await using NatsConnection client = new();
        client.UseLiveness(factory);

        FluentActions.Invoking(() => client.UseLiveness(factory)).Should().Throw<InvalidOperationException>().WithMessage("*already*");
    }

    private static NatsTlsOpts Implicit() => new() { Mode = TlsMode.Implicit, InsecureSkipVerify = true };

    private static async Task UntilAsync(Func<bool> isSo)
    {
        using CancellationTokenSource tooLate = new(TimeSpan.FromSeconds(30));
        while (!isSo())
        {
            tooLate.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private sealed class CountingFactory : INatsSocketConnectionFactory
    {
        public CountingConnection? Made { get; private set; }

        public async ValueTask<INatsSocketConnection> ConnectAsync(Uri uri, NatsOpts opts, CancellationToken cancellationToken)
        {
            TcpClient tcp = new();
            await tcp.ConnectAsync(uri.Host, uri.Port, cancellationToken);
            return Made = new CountingConnection(new OverTcp(tcp));
        }

        private sealed class OverTcp(TcpClient tcp) : INatsSocketConnection
        {
            public ValueTask<int> SendAsync(ReadOnlyMemory<byte> buffer) => tcp.Client.SendAsync(buffer);

            public ValueTask<int> ReceiveAsync(Memory<byte> buffer) => tcp.Client.ReceiveAsync(buffer);

            public ValueTask DisposeAsync()
            {
                tcp.Dispose();
                return ValueTask.CompletedTask;
            }
        }
    }
}
