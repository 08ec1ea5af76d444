using System.Net;
using MQTTnet;
using WorksWith;

namespace Liveness.WorksWith.Tests.Worker;

/// <summary>This library leaves it to the program to connect again.</summary>
internal sealed class MqttWorker(string host, int portOffset) : IClient
{
    private readonly int _port = 1883 + portOffset;
    private readonly IMqttClient _mqtt = new MqttClientFactory().CreateMqttClient();
    private MqttClientOptions? _options;

    public event Action? Noticed;

    public async Task ConnectAsync(ILivenessFactory? factory)
    {
        _options = factory is null ? new MqttClientOptionsBuilder().WithTcpServer(host, _port).Build() : UseMqtt.OptionsFor(new DnsEndPoint(host, _port), factory);
        _options.KeepAlivePeriod = TimeSpan.FromSeconds(15);
        await _mqtt.ConnectAsync(_options);
        _mqtt.DisconnectedAsync += _ =>
        {
            Noticed?.Invoke();
            return Task.CompletedTask;
        };
    }

    public async Task UseAsync(CancellationToken cancellationToken)
    {
        if (!_mqtt.IsConnected)
        {
            await _mqtt.ConnectAsync(_options!, cancellationToken);
        }

        // Not a ping: when that is not answered in time, the client itself gives up, before anybody else can.
        await _mqtt.PublishAsync(new MqttApplicationMessageBuilder().WithTopic("liveness").WithPayload("busy").Build(), cancellationToken);
    }
}
