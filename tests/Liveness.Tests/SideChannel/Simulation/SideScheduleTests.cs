namespace Liveness.Tests;

/// <summary>
/// Random schedules from a seed: short cuts of data paths, long ones of the side path, pauses of either process, lost packets; then,
/// mostly, one thing that kills.
/// </summary>
public sealed class SideScheduleTests
{
    private static readonly int s_seeds = int.TryParse(Environment.GetEnvironmentVariable("LIVENESS_SIM_SEEDS"), out int seeds) ? seeds : 100;

    private enum Killer
    {
        Nothing,
        ServerHost,
        ClientHost,
        DataPaths,
        ServerRestart,
        ServerStops,
    }

    /// <summary>LIVENESS_SIM_SEEDS sets how many are run.</summary>
    [Fact]
    public void No_live_connection_is_lost_and_every_dead_one_within_its_bound()
    {
        for (int seed = 0; seed < s_seeds; seed++)
        {
            Run(seed);
        }
    }

    private static void Run(int seed)
    {
        Random random = new(seed);
        TimeSpan t = TimeSpan.FromSeconds(random.GetItems([1, 4, 10], 1)[0]);
        SideWorld world = new(t, 12, seed) { PacketLoss = random.Next(2) * 0.02 };
        world.Run(t);
        Live(world, random, 10 * world.Plan.Bound);
        world.Losses.Select(TextOf).Should().BeEmpty("all live, seed {0}", seed);

        Killer killer = (Killer)random.Next(6);
        List<SideSimConnection> dead = [.. world.Connections.Where(_ => killer != Killer.DataPaths || random.Next(2) == 0)];
        Instant at = world.Now;
        TimeSpan bound = Kill(world, killer, dead);
        for (Instant end = at + (2 * bound); world.Now < end;)
        {
            Write(world, random);
            world.Step();
        }

        List<SideSimLoss> losses = world.Losses;
        losses.Where(loss => killer == Killer.Nothing || !dead.Contains(loss.Connection)).Select(TextOf).Should().BeEmpty("{0}, seed {1}", killer, seed);
        losses.Where(loss => loss.At - at > bound + (2 * SideWorld.Tick)).Select(TextOf).Should().BeEmpty("{0} at {2}, bound {3}, seed {1}", killer, seed, at, bound);
        bool atClient = killer != Killer.ClientHost;
        losses.Count(loss => loss.AtClient == atClient).Should().Be(killer == Killer.Nothing ? 0 : dead.Count, "{0}, seed {1}", killer, seed);
    }

    /// <returns>How long its discovery may take.</returns>
    private static TimeSpan Kill(SideWorld world, Killer killer, List<SideSimConnection> dead)
    {
        switch (killer)
        {
            case Killer.ServerHost:
            case Killer.ClientHost:
                world.KillHost(killer == Killer.ClientHost);
                break;
            case Killer.DataPaths:
                dead.ForEach(connection => connection.PathIsUp = false);
                break;
            case Killer.ServerRestart:
                world.Restart(false);
                break;
            case Killer.ServerStops:
                // Its kernel lives, so that only the side connection tells; it must be there for that.
                world.SidePathIsUp = true;
                world.Run(3 * world.Plan.Bound);
                world.Stop(world.Server);
                // A lost probe may make the kernel's witness fail until the next.
                return (3 * world.Plan.Bound) + (2 * world.T) + world.Plan.Idle;
            case Killer.Nothing:
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(killer), killer, null);
        }

        return world.Plan.Bound;
    }

    private static void Live(SideWorld world, Random random, TimeSpan duration)
    {
        Dictionary<SideSimConnection, Instant> cuts = [];
        Instant sideBack = world.Now;
        Instant resumeAt = Instant.Never;
        Instant stoppedAt = world.Now;
        SideSimProcess? stopped = null;
        for (Instant end = world.Now + duration; world.Now < end || cuts.Count > 0 || stopped is not null; world.Step())
        {
            Write(world, random);
            if (random.Next(400) == 0 && world.Now < end)
            {
                SideSimConnection victim = world.Connections[random.Next(world.Connections.Count)];
                victim.PathIsUp = false;
                cuts[victim] = world.Now + (world.Plan.Bound * (0.2 * random.NextDouble()));
            }

            foreach (SideSimConnection victim in cuts.Where(cut => cut.Value <= world.Now).Select(cut => cut.Key).ToList())
            {
                victim.PathIsUp = true;
                cuts.Remove(victim);
            }

            if (world.Now >= sideBack)
            {
                world.SidePathIsUp = random.Next(300) != 0;
                sideBack = world.SidePathIsUp ? world.Now : world.Now + (world.T * (8 * random.NextDouble()));
            }

            if (stopped is null && random.Next(600) == 0 && world.Now < end)
            {
                stopped = random.Next(2) == 0 ? world.Server : world.Client;
                world.Stop(stopped);
                stoppedAt = world.Now;
                resumeAt = world.Now + (world.T * (0.9 * random.NextDouble()));
            }
            else if (stopped is not null && world.Now >= resumeAt)
            {
                world.Resume(stopped, world.Now - stoppedAt);
                stopped = null;
            }
        }

        world.Run(world.Plan.Bound);
    }

    private static string TextOf(SideSimLoss loss) => $"{loss.At} {(loss.AtClient ? "client" : "server")} {loss.Kind} {loss.Diagnosis} {loss.Certainty}, {loss.Facts}";

    private static void Write(SideWorld world, Random random)
    {
        bool client = random.Next(2) == 0;
        if (random.Next(10) == 0 && (client ? world.Client : world.Server).Runs)
        {
            world.Connections[random.Next(world.Connections.Count)].At(client).Write(random.Next(1, 40_000), world.Now);
        }
    }
}
