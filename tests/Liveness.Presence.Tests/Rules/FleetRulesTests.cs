namespace Liveness.Presence.Tests.Rules;

/// <summary>What the rows of a store mean.</summary>
public sealed class FleetRulesTests
{
    private const string Old = "1764530000000-aaaaaaaa";
    private const string New = "1764530000009-aaaaaaaa";

    private static readonly EntryData s_entry = new(50, "devices", "10.0.0.1:1", 5_000);
    private static readonly PartId s_part = new("gw-1", Old);

    [Fact]
    public void A_device_with_an_entry_at_a_gateway_that_renews_its_lease_is_connected() =>
        FleetRules.Judge(Row(Gateway(), s_entry)).Should().Be(new PresenceEntry(
            "k", PresenceStatus.Connected, "gw-1", DateTimeOffset.FromUnixTimeMilliseconds(50), "devices", "10.0.0.1:1",
            TimeSpan.FromSeconds(5), null));

    [Fact]
    public void A_gateway_without_a_lease_is_silent_and_its_devices_are_unknown_and_not_lost()
    {
        PresenceEntry entry = FleetRules.Judge(Row(Gateway() with { Lease = null }, s_entry))!;

        entry.Status.Should().Be(PresenceStatus.GatewaySilent);
        entry.Name.Should().Be("devices");
        entry.LastLoss.Should().BeNull();
    }

    [Fact]
    public void A_device_without_an_entry_is_disconnected() =>
        FleetRules.Judge(Row(Gateway(), null))!.Status.Should().Be(PresenceStatus.Disconnected);

    [Theory]
    [InlineData(true, 3, 3)]
    [InlineData(false, 9, 3)]
    public void While_a_part_is_not_whole_a_missing_entry_is_unknown(bool isPartial, long leaseVersion, long storedVersion)
    {
        GatewayRow row = Gateway() with { Lease = new Lease(Old, leaseVersion, 1, 60), Stored = new VersionMark(storedVersion, isPartial) };

        FleetRules.StatusOf(row).Should().Be(GatewayStatus.Resyncing);
        FleetRules.Judge(Row(row, null))!.Status.Should().Be(PresenceStatus.GatewaySilent);
        FleetRules.Judge(Row(row, s_entry))!.Status.Should().Be(PresenceStatus.Connected);
    }

    [Fact]
    public void The_devices_of_a_former_run_are_disconnected() =>
        FleetRules.Judge(Row(new GatewayRow("gw-1", new Registration(New, 60), new Lease(New, 0, 0, 60), null), s_entry))!
            .Status.Should().Be(PresenceStatus.Disconnected);

    [Fact]
    public void The_devices_of_a_gateway_that_has_left_are_disconnected() =>
        FleetRules.Judge(Row(null, s_entry))!.Status.Should().Be(PresenceStatus.Disconnected);

    [Fact]
    public void A_lease_of_an_older_run_says_nothing_of_the_newer_one() =>
        FleetRules.StatusOf(new GatewayRow("gw-1", new Registration(New, 60), new Lease(Old, 0, 0, 60), null)).Should().Be(GatewayStatus.Silent);

    [Fact]
    public void A_key_without_a_pointer_is_unknown_but_for_its_loss()
    {
        FleetRules.Judge(new KeyRow("k", null, null, null, null)).Should().BeNull();
        PresenceEntry entry = FleetRules.Judge(new KeyRow("k", null, null, null, new LossData(7, "t", "NoSuchDiagnosis", "gw-2")))!;
        entry.LastLoss.Should().Be(new PresenceLoss(DateTimeOffset.FromUnixTimeMilliseconds(7), "t", LossDiagnosis.Unknown, "gw-2"));
        (entry.Status, entry.Gateway).Should().Be((PresenceStatus.Disconnected, null));
    }

    [Fact]
    public void A_list_leaves_out_a_device_that_is_newer_elsewhere()
    {
        Pointer elsewhere = new(60, new PartId("gw-2", New));

        FleetRules.Judge(new ListedRow("k", s_entry, elsewhere), s_part, GatewayStatus.Alive).Should().BeNull();
        FleetRules.Judge(new ListedRow("k", s_entry, elsewhere with { Since = 40 }), s_part, GatewayStatus.Alive).Should().NotBeNull();
        FleetRules.Judge(new ListedRow("k", s_entry, null), s_part, GatewayStatus.Silent)!.Status.Should().Be(PresenceStatus.GatewaySilent);
    }

    private static GatewayRow Gateway() =>
        new("gw-1", new Registration(Old, 60), new Lease(Old, 3, 1, 60), new VersionMark(3, false));

    private static KeyRow Row(GatewayRow? gateway, EntryData? entry) => new("k", new Pointer(50, s_part), gateway, entry, null);
}
