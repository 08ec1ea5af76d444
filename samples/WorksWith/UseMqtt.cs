using System.Net;
using Liveness;
using MQTTnet;

namespace WorksWith;

/// <summary>MQTTnet, by the package Liveness.MQTTnet.</summary>
internal static class UseMqtt
{
    public static MqttClientOptions OptionsFor(DnsEndPoint server, ILivenessFactory factory)
    {
        MqttClientOptions options = new MqttClientOptionsBuilder().WithTcpServer(server.Host, server.Port).Build();
        options.UseLiveness(factory, "mqtt");
        return options;
    }
}
