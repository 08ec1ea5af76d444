namespace Liveness.Presence.Tests.Schedules;

/// <summary>
/// Gateways die, pause and lose the store; devices move; the store loses its last writes, or all of them; batches arrive late. Whenever
/// things come to rest, the view is what is true; and meanwhile it never says what nobody can know.
/// </summary>
public sealed class RandomSchedulesTests
{
    private const int Seeds = 150;
    private const int Steps = 250;

    private static readonly TimeSpan s_term = Moments.Settings().Term;

    [Fact]
    public void The_view_is_right_whenever_things_come_to_rest_and_never_claims_a_device_of_a_dead_gateway()
    {
        for (int seed = 0; seed < Seeds; seed++)
        {
            Fleet fleet = new(seed, hasFaults: true);
            for (int round = 0; round < 3; round++)
            {
                fleet.HasFaults = true;
                for (int step = 0; step < Steps / 3; step++)
                {
                    fleet.Step();
                    DeadGatewaysHaveNoDevices(fleet, seed);
                }

                fleet.ComeToRest();
                TheViewIsRight(fleet, seed);
            }
        }
    }

    [Fact]
    public void Without_faults_of_the_store_every_loss_is_known_and_a_silent_gateway_is_never_a_loss()
    {
        for (int seed = 0; seed < Seeds; seed++)
        {
            Fleet fleet = new(seed, hasFaults: false);
            for (int step = 0; step < Steps; step++)
            {
                fleet.Step();
                DeadGatewaysHaveNoDevices(fleet, seed);
            }

            fleet.ComeToRest();
            TheViewIsRight(fleet, seed);
        }
    }

    /// <summary>A cut says nothing of the devices: they are unknown, and back as soon as their gateway is.</summary>
    [Fact]
    public void A_gateway_that_is_cut_from_the_store_or_pauses_loses_no_device_in_the_view()
    {
        for (int seed = 0; seed < Seeds; seed++)
        {
            Fleet fleet = new(seed, hasFaults: false);
            for (int step = 0; step < 40; step++)
            {
                fleet.Step();
            }

            fleet.ComeToRest();
            SimulatedGateway cut = fleet.Gateways[seed % 3];
            (cut.IsCut, cut.IsPaused) = (seed % 2 == 0, seed % 2 == 1);
            for (int second = 0; second < 60; second++)
            {
                fleet.Pass(1_000);
                foreach ((string device, (SimulatedGateway gateway, long _)) in fleet.Model)
                {
                    PresenceStatus expected = gateway == cut && second >= 3 ? PresenceStatus.GatewaySilent : PresenceStatus.Connected;
                    PresenceStatus[] allowed = gateway == cut && second < 3 ? [PresenceStatus.Connected, PresenceStatus.GatewaySilent] : [expected];
                    allowed.Should().Contain(fleet.Find(device)!.Status, $"seed {seed}, second {second}, {device} at {gateway.Name}");
                }
            }

            (cut.IsCut, cut.IsPaused) = (false, false);
            fleet.Pass(1_500);
            TheViewIsRight(fleet, seed);
        }
    }

    private static void DeadGatewaysHaveNoDevices(Fleet fleet, int seed)
    {
        foreach (string device in fleet.Devices)
        {
            PresenceEntry? entry = fleet.Find(device);
            if (entry?.Status == PresenceStatus.Connected)
            {
                SimulatedGateway gateway = fleet.Gateways.Single(one => one.Name == entry.Gateway);
                bool mayStillSeemAlive = fleet.Now - gateway.DiedAt <= s_term || fleet.Now - fleet.LastStoreFault <= s_term;
                (gateway.IsRunning || mayStillSeemAlive).Should().BeTrue($"seed {seed}: {device} is at the dead {gateway.Name}");
            }
        }
    }

    private static void TheViewIsRight(Fleet fleet, int seed)
    {
        foreach (SimulatedGateway gateway in fleet.Gateways.Where(static one => one.IsRunning))
        {
            gateway.IsSettled.Should().BeTrue($"seed {seed}: {gateway.Name} has nothing left to do");
        }

        foreach (string device in fleet.Devices)
        {
            PresenceEntry? entry = fleet.Find(device);
            string because = $"seed {seed}, {device}: the view says {entry}";
            if (fleet.Model.TryGetValue(device, out (SimulatedGateway Gateway, long Id) at))
            {
                (entry?.Status, entry?.Gateway).Should().Be((PresenceStatus.Connected, at.Gateway.Name), because);
            }
            else
            {
                // It may have been at a gateway that has died and not come back: nobody knows then.
                bool isAtTheDead = entry?.Status == PresenceStatus.GatewaySilent
                    && !fleet.Gateways.Single(one => one.Name == entry.Gateway).IsRunning;
                (entry is null or { Status: PresenceStatus.Disconnected } || isAtTheDead).Should().BeTrue(because);
            }

            if (!fleet.HasLostData && fleet.Losses.ContainsKey(device) && fleet.Gateways.All(static one => one.DiedAt == default))
            {
                entry!.LastLoss.Should().NotBeNull(because);
            }
        }

        TheListsAreRight(fleet, seed);
    }

    private static void TheListsAreRight(Fleet fleet, int seed)
    {
        List<string> listed = [];
        foreach (GatewayRow row in fleet.Store.GatewaysAsync().Result.Gateways.Where(static one => FleetRules.StatusOf(one) == GatewayStatus.Alive))
        {
            foreach (IReadOnlyList<ListedRow> page in fleet.Store.ListAsync(row.Part, default).ToBlockingEnumerable())
            {
                listed.AddRange(page.Select(one => FleetRules.Judge(one, row.Part, GatewayStatus.Alive)).OfType<PresenceEntry>()
                    .Select(static entry => $"{entry.Key} at {entry.Gateway}"));
            }
        }

        listed.Should().BeEquivalentTo(fleet.Model.Select(static one => $"{one.Key} at {one.Value.Gateway.Name}"), $"seed {seed}");
    }
}
