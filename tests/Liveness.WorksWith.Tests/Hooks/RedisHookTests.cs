using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using RESPite.Transports;
using StackExchange.Redis;
using StackExchange.Redis.Configuration;

namespace Liveness.WorksWith.Tests.Hooks;

/// <summary>A tunnel that brings its own connection is neither passed by nor left unwatched without a word.</summary>
public sealed class RedisHookTests
{
    private static readonly DnsEndPoint s_server = new("redis", 6379);
    private static readonly LivenessOptions s_kernelOnly = new() { Mode = LivenessMode.KernelOnly, DetectWithin = TimeSpan.FromSeconds(30) };

    [Fact]
    public async Task The_socket_of_a_tunnel_that_connects_by_itself_is_watched_by_the_kernel()
    {
        await using LivenessFactory factory = new(s_kernelOnly);
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        using TcpClient tcp = new();
        await tcp.ConnectAsync((IPEndPoint)listener.LocalEndpoint);
        Tunnel tunnel = Use(factory, new OwnTunnel(tcp.GetStream()));

        Stream? stream = await tunnel.BeforeAuthenticateAsync(s_server, ConnectionType.Interactive, null, CancellationToken.None);

        stream.Should().BeSameAs(tcp.GetStream());
        factory.Connections.Should().ContainSingle().Which.Description.Should().Contain("redis:6379 Interactive");
    }

    [Fact]
    public async Task A_tunnel_without_a_socket_passes_unwatched_by_the_kernel_with_one_warning()
    {
        await using LivenessFactory factory = new(s_kernelOnly);
        using KeptLog log = new("Liveness.StackExchange.Redis");
        using MemoryStream own = new();
        Tunnel tunnel = Use(factory, new OwnTunnel(own), log);

        for (int i = 0; i < 2; i++)
        {
            (await tunnel.BeforeAuthenticateAsync(s_server, ConnectionType.Interactive, null, CancellationToken.None)).Should().BeSameAs(own);
        }

        log.Warnings.Should().ContainSingle().Which.Should().Contain("pass unwatched").And.Contain("KernelOnly");
    }

    [Fact]
    public async Task A_tunnel_is_asked_for_its_whole_transport()
    {
        await using LivenessFactory factory = new(s_kernelOnly);
        OwnTunnel own = new(Stream.Null);
        Tunnel tunnel = Use(factory, own);

#pragma warning disable SER009 // The client's experiment is not ours to leave out.
        (await tunnel.ConnectTransportAsync(s_server, ConnectionType.Interactive, default!, CancellationToken.None)).Should().BeNull();
#pragma warning restore SER009

        own.IsAsked.Should().BeTrue();
    }

    [Fact]
    public async Task A_second_call_is_refused()
    {
        await using LivenessFactory factory = new(s_kernelOnly);
        ConfigurationOptions options = new ConfigurationOptions().UseLiveness(factory);

        FluentActions.Invoking(() => options.UseLiveness(factory)).Should().Throw<InvalidOperationException>().WithMessage("*already*");
    }

    private static Tunnel Use(LivenessFactory factory, Tunnel inner, ILoggerFactory? loggers = null) =>
        new ConfigurationOptions { Tunnel = inner, LoggerFactory = loggers }.UseLiveness(factory).Tunnel!;

    private sealed class OwnTunnel(Stream stream) : Tunnel
    {
        public bool IsAsked { get; private set; }

        public override ValueTask<Stream?> BeforeAuthenticateAsync(EndPoint endpoint, ConnectionType connectionType, Socket? socket, CancellationToken cancellationToken) =>
            ValueTask.FromResult<Stream?>(stream);

#pragma warning disable SER009 // As above.
        public override ValueTask<DuplexTransport?> ConnectTransportAsync(EndPoint endpoint, ConnectionType connectionType, TlsOptions tls, CancellationToken cancellationToken)
        {
            IsAsked = true;
            return default;
        }
#pragma warning restore SER009
    }
}
