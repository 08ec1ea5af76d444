using System.Globalization;
using Liveness.NetworkTests.Lab;

namespace Liveness.WorksWith.Tests;

/// <summary>Real servers on the server's host, as their packages bring them.</summary>
internal static class Servers
{
    /// <summary>The workers try until it answers.</summary>
    public static async Task StartAsync(NetworkLab lab, string kind)
    {
        string folder = Directory.CreateTempSubdirectory("liveness-works-with-").FullName;
        switch (kind)
        {
            case "redis":
                LabProcess.Start(lab, lab.Server, "redis-server", "--port", "6379", "--bind", NetworkLab.ServerAddress, "--protected-mode", "no", "--save", "", "--dir", folder);
                break;
            case "nats":
                LabProcess.Start(lab, lab.Server, "nats-server", "-a", NetworkLab.ServerAddress, "-p", "4222");
                break;
            case "mqtt":
                string mosquitto = Path.Combine(folder, "mosquitto.conf");
                await File.WriteAllTextAsync(mosquitto, $"listener 1883 {NetworkLab.ServerAddress}\nallow_anonymous true\nuser root\n");
                LabProcess.Start(lab, lab.Server, "mosquitto", "-c", mosquitto);
                break;
            case "rabbitmq":
                await StartRabbitMqAsync(lab, folder);
                return;
            default:
                throw new ArgumentException($"There is no server \"{kind}\".");
        }

        string bridged = BridgedPort(kind).ToString(CultureInfo.InvariantCulture);
        LabProcess.Start(lab, lab.Server, "dotnet", typeof(Servers).Assembly.Location, "bridge", NetworkLab.ServerAddress, bridged);
    }

    /// <summary>
    /// Its script for the system's service would run it as another user. In a process namespace of its own it takes its helpers along.
    /// </summary>
    private static async Task StartRabbitMqAsync(NetworkLab lab, string folder)
    {
        string settings = Path.Combine(folder, "rabbitmq.conf");
        await File.WriteAllTextAsync(settings, $"listeners.tcp.default = {NetworkLab.ServerAddress}:5672\nloopback_users = none\n");
        LabProcess.Start(
            lab,
            lab.Server,
            "unshare",
            "--pid",
            "--fork",
            "--kill-child",
            "--mount-proc",
            "env",
            $"HOME={folder}",
            $"RABBITMQ_CONFIG_FILE={settings}",
            $"RABBITMQ_MNESIA_BASE={folder}",
            $"RABBITMQ_LOG_BASE={folder}",
            $"RABBITMQ_PID_FILE={folder}/pid",
            $"RABBITMQ_ENABLED_PLUGINS_FILE={folder}/plugins",
            "RABBITMQ_NODENAME=rabbit@localhost",
            "/usr/lib/rabbitmq/bin/rabbitmq-server");
    }

    /// <summary>Each has a bridge beside it.</summary>
    private static int BridgedPort(string kind) => kind switch
    {
        "redis" => 6379,
        "nats" => 4222,
        "mqtt" => 1883,
        _ => throw new ArgumentException($"There is no server \"{kind}\"."),
    };
}
