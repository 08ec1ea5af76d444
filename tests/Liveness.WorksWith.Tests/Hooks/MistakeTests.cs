using MQTTnet;
using NATS.Client.Core;
using StackExchange.Redis;
using StackExchange.Redis.Configuration;

namespace Liveness.WorksWith.Tests.Hooks;

/// <summary>Mistakes are found where the client is configured, and what was set before stays in use.</summary>
public sealed class MistakeTests
{
    private static readonly MqttClientOptions s_webSocket = new MqttClientOptionsBuilder().WithWebSocketServer(server => server.WithUri("ws://127.0.0.1/")).Build();

    [Fact]
    public async Task Null_is_refused()
    {
        await using LivenessFactory factory = new(new LivenessOptions());
        await using NatsConnection nats = new();
        Action[] mistakes =
        [
            () => new ConfigurationOptions().UseLiveness(null!),
            () => ((ConfigurationOptions)null!).UseLiveness(factory),
            () => s_webSocket.UseLiveness(null!),
            () => ((MqttClientOptions)null!).UseLiveness(factory),
            () => nats.UseLiveness(null!),
            () => ((INatsConnection)null!).UseLiveness(factory),
        ];

        mistakes.Should().AllSatisfy(mistake => mistake.Should().Throw<ArgumentNullException>());
    }

    [Fact]
    public async Task Mqtt_over_something_else_than_tcp_is_refused_with_the_cure()
    {
        await using LivenessFactory factory = new(new LivenessOptions());

        FluentActions.Invoking(() => s_webSocket.UseLiveness(factory)).Should().Throw<ArgumentException>().WithMessage("*WithTcpServer*");
    }

    [Fact]
    public async Task A_second_call_for_options_of_mqtt_is_refused()
    {
        await using LivenessFactory factory = new(new LivenessOptions());
        MqttClientOptions options = new MqttClientOptionsBuilder().WithTcpServer("broker").Build().UseLiveness(factory);

        FluentActions.Invoking(() => options.UseLiveness(factory)).Should().Throw<InvalidOperationException>().WithMessage("*already*");
    }

    [Fact]
    public async Task A_factory_that_is_disposed_is_found_when_the_client_is_configured()
    {
        LivenessFactory factory = new(new LivenessOptions());
        await factory.DisposeAsync();

        FluentActions.Invoking(() => new ConfigurationOptions().UseLiveness(factory)).Should().Throw<ObjectDisposedException>();
    }

    [Fact]
    public async Task A_tunnel_that_is_there_already_is_used_beneath()
    {
        await using LivenessFactory factory = new(new LivenessOptions { Mode = LivenessMode.KernelOnly });
        System.Net.DnsEndPoint proxy = new("proxy", 3128);
        ConfigurationOptions options = new() { Tunnel = Tunnel.HttpProxy(proxy) };

        options.UseLiveness(factory);

        options.Tunnel!.ToString().Should().StartWith("liveness over http:");
        (await options.Tunnel.GetSocketConnectEndpointAsync(new System.Net.DnsEndPoint("redis", 6379), CancellationToken.None)).Should().Be(proxy);
    }
}
