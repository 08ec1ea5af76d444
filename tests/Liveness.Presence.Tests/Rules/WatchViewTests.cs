namespace Liveness.Presence.Tests.Rules;

/// <summary>What a watcher tells, from one poll to the next.</summary>
public sealed class WatchViewTests
{
    private const string First = "1764530000000-aaaaaaaa";
    private const string Second = "1764530000009-aaaaaaaa";

    private readonly WatchView _view = new();
    private readonly List<PresenceChange> _changes = [];

    [Fact]
    public void What_was_there_before_is_not_told()
    {
        Poll(Row("gw-1", version: 7)).Should().BeEmpty();
        Poll(Row("gw-1", version: 7)).Should().BeEmpty();
        Changes().Should().BeEmpty();
    }

    [Fact]
    public void A_part_that_has_gone_on_is_read_from_the_known_version_on()
    {
        Poll(Row("gw-1", version: 7));

        Poll(Row("gw-1", version: 9)).Should().Equal((new PartId("gw-1", First), 7L));
        Dictionary<string, string> changed = [];
        _view.OnLog(new PartId("gw-1", First), new LogReply(9, ["a", "b"]), _changes, changed);

        changed.Should().Equal(new Dictionary<string, string> { ["a"] = "gw-1", ["b"] = "gw-1" });
        Poll(Row("gw-1", version: 9)).Should().BeEmpty();
        Changes().Should().BeEmpty();
    }

    [Fact]
    public void A_gap_is_told_and_not_read_again()
    {
        Poll(Row("gw-1", version: 7));
        Poll(Row("gw-1", version: 9_000));
        _view.OnLog(new PartId("gw-1", First), new LogReply(9_000, null), _changes, []);

        Changes().Should().Equal("Missed gw-1");
        Poll(Row("gw-1", version: 9_000)).Should().BeEmpty();
    }

    [Fact]
    public void A_gateway_comes_falls_silent_comes_back_and_goes()
    {
        Poll();
        Poll(Row("gw-1", version: 0));
        Poll(Row("gw-1", version: 0) with { Lease = null });
        Poll(Row("gw-1", version: 0));
        Poll();

        Changes().Should().Equal("GatewayAlive gw-1", "GatewaySilent gw-1", "GatewayAlive gw-1", "GatewayGone gw-1");
    }

    [Fact]
    public void A_gateway_that_was_started_again_is_to_be_listed_anew_and_read_from_its_begin()
    {
        Poll(Row("gw-1", version: 7));

        Poll(Row("gw-1", version: 2, Second)).Should().Equal((new PartId("gw-1", Second), 0L));
        Changes().Should().Equal("Missed gw-1");
    }

    [Fact]
    public void A_store_that_went_back_is_to_be_listed_anew()
    {
        Poll(Row("gw-1", version: 7));

        Poll(Row("gw-1", version: 5)).Should().BeEmpty();
        Changes().Should().Equal("Missed gw-1");
    }

    private static GatewayRow Row(string gateway, long version, string epoch = First) =>
        new(gateway, new Registration(epoch, 0), new Lease(epoch, 0, 0, 0), new VersionMark(version, false));

    private IReadOnlyList<(PartId Part, long After)> Poll(params GatewayRow[] rows) => _view.OnGateways(new FleetRows(0, rows), _changes);

    private IEnumerable<string> Changes() => _changes.Select(static change => $"{change.Kind} {change.Gateway}");
}
