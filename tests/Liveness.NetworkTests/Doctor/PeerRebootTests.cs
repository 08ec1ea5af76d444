using Liveness.NetworkTests.Lab;
using Liveness.NetworkTests.Scenarios;

namespace Liveness.NetworkTests.Doctor;

/// <summary>A connection whose peer has forgotten it looks like a living one, until something is sent.</summary>
public sealed class PeerRebootTests
{
    [NetworkFact("redis-server", "redis-cli", "python3")]
    public async Task After_a_reboot_of_the_peer_each_half_open_connection_is_found_and_without_keepalive_it_stays_for_ever()
    {
        Prerequisites.Demand("redis-server", "redis-cli", "python3");
        await using NetworkLab lab = await NetworkLab.CreateAsync();
        await RedisServer.StartAsync(lab);
        foreach (string role in new[] { "probing", "plain", "sending" })
        {
            await StageProcess.StartAsync(lab, lab.Client, role);
        }

        await lab.RebootServerHostAsync("-A INPUT -p tcp ! --syn -j DROP");
        (string?, int, string)[] silent =
        [
            ("python3", 43002, "KeepAliveUnanswered"),
            ("python3", 43013, "NoKeepAlive"),
            ("python3", 43009, "RetransmittingInVain"),
        ];
        (await Sightings.LookUntilAsync(lab.Client, atServer: false, silent)).Found.Should().BeEquivalentTo(silent);

        // Its kernel answers now, by resets.
        await lab.OpenServerHostAsync();
        (string?, int, string)[] left = [("python3", 43013, "NoKeepAlive")];
        (await Sightings.LookUntilAsync(lab.Client, atServer: false, seen => seen.Found.Count == 1)).Found.Should().BeEquivalentTo(left);
    }
}
