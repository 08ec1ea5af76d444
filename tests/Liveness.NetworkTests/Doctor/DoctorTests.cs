using Liveness.NetworkTests.Lab;
using Liveness.NetworkTests.Scenarios;

namespace Liveness.NetworkTests.Doctor;

/// <summary>The tool over programs that know nothing of us: what is staged is found, and nothing else is.</summary>
public sealed class DoctorTests(ITestOutputHelper output)
{
    private const int SecondPort = 6380;

    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    private static readonly (string?, int, string)[] s_atServer =
    [
        ("redis-server", 43001, "RetransmittingInVain"),
        ("redis-server", 43003, "ClosedWindow"),
        ("nginx", 43008, "ClosedWindow"),
        ("nginx", 80, "AcceptQueueFull"),
        ("redis-server", 43006, "NoKeepAlive"),
        ("redis-server", 43007, "NoKeepAlive"),
    ];

    private static readonly (string?, int, string)[] s_atClient =
    [
        ("python3", 43002, "KeepAliveUnanswered"),
        ("python3", 43003, "NotRead"),
        ("python3", 43004, "NotClosed"),
        ("python3", 43005, "ConnectingInVain"),
        ("python3", 43006, "NoKeepAlive"),
        ("python3", 43007, "LateKeepAlive"),
        ("python3", 43008, "NotRead"),
    ];

    [NetworkFact("redis-server", "redis-cli", "nginx", "python3")]
    public async Task Thirteen_faults_of_redis_nginx_and_Python_are_found_at_their_processes_and_nothing_else()
    {
        Prerequisites.Demand("redis-server", "redis-cli", "nginx", "python3");
        await using NetworkLab lab = await NetworkLab.CreateAsync();
        string folder = Directory.CreateTempSubdirectory("liveness-doctor-").FullName;
        await RedisServer.StartAsync(lab);
        LabProcess.Start(
            lab, lab.Server, "redis-server", "--port", $"{SecondPort}", "--bind", NetworkLab.ServerAddress, "--protected-mode", "no", "--save", "", "--appendonly", "no", "--tcp-keepalive", "0", "--dir", folder);
        LabProcess nginx = await StartNginxAsync(lab, folder);
        foreach (string role in new[] { "subscriber", "probing", "lazy", "unclosed", "bare", "late", "download" })
        {
            await StageProcess.StartAsync(lab, lab.Client, role);
        }

        await TellSecondAsync(lab, "CLIENT KILL ADDR 10.71.1.2:43004");
        await Shell.RunAsync($"head -c 8000000 /dev/zero | tr '\\0' x | ip netns exec {lab.Server} redis-cli -h {NetworkLab.ServerAddress} -p {SecondPort} -x PUBLISH large");
        await lab.CutPortAsync(RedisServer.Port);
        await RedisServer.TellAsync(lab, "PUBLISH news hello");
        await StageProcess.StartAsync(lab, lab.Client, "connecting");
        await nginx.StopAsync();
        await StageProcess.StartAsync(lab, lab.Client, "queued");

        Sightings server = await Sightings.LookUntilAsync(lab.Server, atServer: true, s_atServer);
        Sightings client = await Sightings.LookUntilAsync(lab.Client, atServer: false, s_atClient);
        Sightings limited = await Sightings.LookAsync(lab.Client, atServer: false, "--idle-limit 5s");
        await nginx.ContinueAsync();

        output.WriteLine(server.Document + client.Document);
        server.Found.Should().BeEquivalentTo(s_atServer);
        client.Found.Should().BeEquivalentTo(s_atClient);
        limited.Found.Should().Contain(("python3", 43007, "IdleBeyondLimit"));
    }

    [NetworkFact("python3")]
    public async Task Of_a_thousand_healthy_connections_none_is_suspected()
    {
        Prerequisites.Demand("python3");
        await using NetworkLab lab = await NetworkLab.CreateAsync();
        await StageProcess.StartAsync(lab, lab.Server, "serve");
        await Shell.RunAsync($"for i in $(seq 100); do if ip netns exec {lab.Server} ss -Hltn | grep -q :7000; then exit 0; fi; sleep 0.1; done; exit 1");
        await StageProcess.StartAsync(lab, lab.Client, "many");

        for (int look = 0; look < 3; look++)
        {
            await Task.Delay(s_pause);
            foreach (string end in new[] { lab.Client, lab.Server })
            {
                Sightings seen = await Sightings.LookAsync(end, atServer: end == lab.Server);
                seen.Connections.Should().Be(1000);
                seen.Found.Should().BeEmpty();
            }
        }
    }

    private static async Task<LabProcess> StartNginxAsync(NetworkLab lab, string folder)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "nginx.conf"), $$"""
            user root;
            daemon off;
            master_process off;
            pid {{folder}}/nginx.pid;
            error_log stderr;
            events { }
            http {
              access_log off;
              server { listen {{NetworkLab.ServerAddress}}:80 backlog=1 so_keepalive=60::10; root {{folder}}; }
            }
            """);
        await File.WriteAllBytesAsync(Path.Combine(folder, "file"), new byte[20_000_000]);
        LabProcess nginx = LabProcess.Start(lab, lab.Server, "nginx", "-p", folder, "-e", "stderr", "-c", Path.Combine(folder, "nginx.conf"));
        await Shell.RunAsync($"for i in $(seq 100); do if ip netns exec {lab.Server} ss -Hltn | grep -q :80; then exit 0; fi; sleep 0.1; done; exit 1");
        return nginx;
    }

    private static Task<string> TellSecondAsync(NetworkLab lab, string command) =>
        Shell.RunAsync($"ip netns exec {lab.Server} redis-cli -h {NetworkLab.ServerAddress} -p {SecondPort} {command}");
}
