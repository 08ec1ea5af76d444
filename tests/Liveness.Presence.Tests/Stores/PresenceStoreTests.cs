namespace Liveness.Presence.Tests.Stores;

/// <summary>What every store does alike.</summary>
public sealed class PresenceStoreTests
{
    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);
    private static readonly TimeSpan s_safety = TimeSpan.FromSeconds(30);

    public static TheoryData<StoreKind> Kinds => Servers.Kinds;

    [RedisFact]
    public async Task Redis_is_there_and_is_tested_like_the_others()
    {
        await using OpenedStore opened = await Servers.OpenAsync(StoreKind.Redis);

        (await opened.Store.GatewaysAsync()).Gateways.Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_lease_is_taken_renewed_and_refused_to_others(StoreKind kind)
    {
        await using OpenedStore opened = await Servers.OpenAsync(kind);
        LeaseReply taken = await opened.Store.LeaseAsync(Request(null));
        LeaseReply renewed = await opened.Store.LeaseAsync(Request(taken.Epoch));
        LeaseReply refused = await opened.Store.LeaseAsync(Request(null, suffix: "another0"));

        (taken.Outcome, renewed.Outcome, refused.Outcome).Should().Be((LeaseOutcome.Taken, LeaseOutcome.Renewed, LeaseOutcome.Refused));
        (renewed.Epoch, refused.Epoch).Should().Be((taken.Epoch, taken.Epoch));
        refused.Remaining.Should().BeGreaterThan(TimeSpan.Zero).And.BeLessThanOrEqualTo(TimeSpan.FromSeconds(60));
        taken.Epoch.Should().EndWith("-suffix00");
        taken.StoreTime.Should().BeCloseTo(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), 60_000);
        GatewayRow row = (await opened.Store.GatewaysAsync()).Gateways.Should().ContainSingle().Subject;
        (row.Gateway, row.Lease!.Epoch, row.Registration.Epoch).Should().Be(("gw-1", taken.Epoch, taken.Epoch));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_lease_that_is_over_can_be_taken_again_by_the_same_run_with_its_part_or_by_a_new_one_without(StoreKind kind)
    {
        await using OpenedStore opened = await Servers.OpenAsync(kind);
        LeaseReply first = await opened.Store.LeaseAsync(Request(null, term: TimeSpan.FromMilliseconds(200)));
        PartId part = new("gw-1", first.Epoch);
        await WriteAsync(opened.Store, part, 1, ("a", Entry(10)));
        await UntilSilentAsync(opened.Store);

        LeaseReply again = await opened.Store.LeaseAsync(Request(first.Epoch, term: TimeSpan.FromMilliseconds(200)));
        (again.Outcome, again.Epoch, again.Stored).Should().Be((LeaseOutcome.Taken, first.Epoch, new VersionMark(1, false)));
        await UntilSilentAsync(opened.Store);

        LeaseReply other = await opened.Store.LeaseAsync(Request(null, suffix: "another0"));
        other.Outcome.Should().Be(LeaseOutcome.Taken);
        Epoch.IsNewer(other.Epoch, first.Epoch).Should().BeTrue();
        (await ListAsync(opened.Store, part)).Should().BeEmpty("the part of the run before is removed");
        (await opened.Store.LeaseAsync(Request(first.Epoch))).Outcome.Should().Be(LeaseOutcome.Refused);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Entries_losses_and_pointers_are_found_whatever_the_key_looks_like(StoreKind kind)
    {
        await using OpenedStore opened = await Servers.OpenAsync(kind);
        string[] keys = ["a", new string('x', 128), "größe ✓ 測試 😀", "{liveness}:on:gw-1", "a b  c", "-1", "\"quoted\" \\ 'single'", "~", "*?[a]"];
        PartId part = await RegisterAsync(opened.Store);
        LossData loss = new(5, "timeout", "PeerUnresponsive", "gw-1");

        await opened.Store.WriteAsync(part, new WriteBatch(
            new VersionMark(keys.Length, false), [.. keys.Select(key => new WriteItem(key, Entry(10), loss, true))], s_day));

        IReadOnlyList<KeyRow> rows = await opened.Store.FindAsync([.. keys, "unknown"]);
        rows.Select(static row => row.Key).Should().Equal([.. keys, "unknown"]);
        rows.SkipLast(1).Should().OnlyContain(row => row.Entry == Entry(10) && row.Loss == loss && row.Pointer == new Pointer(10, part)
            && row.Gateway!.Registration.Epoch == part.Epoch && row.Gateway.Stored == new VersionMark(keys.Length, false));
        rows[^1].Should().Be(new KeyRow("unknown", null, null, null, null));
        (await ListAsync(opened.Store, part)).Select(static row => row.Key).Should().BeEquivalentTo(keys);
        (await opened.Store.ReadLogAsync(part, 0)).Keys.Should().BeEquivalentTo(keys);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task An_entry_that_is_removed_leaves_a_pointer_that_leads_nowhere(StoreKind kind)
    {
        await using OpenedStore opened = await Servers.OpenAsync(kind);
        PartId part = await RegisterAsync(opened.Store);
        (await WriteAsync(opened.Store, part, 1, ("a", Entry(10)))).Before.Should().BeNull();
        (await WriteAsync(opened.Store, part, 2, ("a", null))).Before.Should().Be(new VersionMark(1, false));

        KeyRow row = (await opened.Store.FindAsync(["a"]))[0];
        (row.Entry, row.Pointer).Should().Be((null, new Pointer(10, part)));
        FleetRules.Judge(row)!.Status.Should().Be(PresenceStatus.Disconnected);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task The_newest_connection_of_a_key_stays_and_the_older_learns_of_it(StoreKind kind)
    {
        await using OpenedStore opened = await Servers.OpenAsync(kind);
        PartId one = await RegisterAsync(opened.Store);
        PartId other = await RegisterAsync(opened.Store, "gw-2");
        (await WriteAsync(opened.Store, one, 2, ("a", Entry(20)), ("b", Entry(20)))).Contested.Should().BeEmpty();

        (await WriteAsync(opened.Store, other, 2, ("a", Entry(10)), ("b", Entry(30)))).Contested.Should().Equal("a");

        IReadOnlyList<KeyRow> rows = await opened.Store.FindAsync(["a", "b"]);
        rows.Select(static row => row.Pointer).Should().Equal(new Pointer(20, one), new Pointer(30, other));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Many_gateways_that_write_the_same_keys_at_once_agree_on_the_newest(StoreKind kind)
    {
        await using OpenedStore opened = await Servers.OpenAsync(kind);
        string[] keys = [.. Enumerable.Range(0, 20).Select(static i => $"device {i}")];
        PartId[] parts = await Task.WhenAll(Enumerable.Range(1, 6).Select(i => RegisterAsync(opened.Store, $"gw-{i}")));

        await Task.WhenAll(parts.Select((part, i) => opened.Store.WriteAsync(part, new WriteBatch(
            new VersionMark(keys.Length, false), [.. keys.Select(key => new WriteItem(key, Entry(100 + (i * 7 % 6)), null, true))], s_day))));

        PartId newest = parts[Enumerable.Range(0, 6).MaxBy(static i => i * 7 % 6)];
        (await opened.Store.FindAsync(keys)).Should().OnlyContain(row => row.Pointer!.Part == newest);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task The_log_says_exactly_what_has_changed_and_a_gap_where_it_does_not_know(StoreKind kind)
    {
        await using OpenedStore opened = await Servers.OpenAsync(kind);
        PartId part = await RegisterAsync(opened.Store);
        (await opened.Store.ReadLogAsync(part, 0)).Keys.Should().BeEmpty();
        await WriteAsync(opened.Store, part, 2, ("a", Entry(1)), ("b", Entry(2)));
        await WriteAsync(opened.Store, part, 3, ("a", null));

        Equivalent(await opened.Store.ReadLogAsync(part, 0), 3, "a", "b");
        Equivalent(await opened.Store.ReadLogAsync(part, 2), 3, "a");
        Equivalent(await opened.Store.ReadLogAsync(part, 3), 3);
        await opened.Store.WriteAsync(part, new WriteBatch(new VersionMark(5, true), [], s_day));
        (await opened.Store.ReadLogAsync(part, 3)).Should().Be(new LogReply(5, null));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task More_changes_than_the_log_keeps_are_a_gap_and_those_that_it_keeps_are_not(StoreKind kind)
    {
        await using OpenedStore opened = await Servers.OpenAsync(kind);
        PartId part = await RegisterAsync(opened.Store);
        for (int version = 0; version < 6_000;)
        {
            WriteItem[] items = [.. Enumerable.Range(version, 1_000).Select(static i => new WriteItem($"device {i}", Entry(1), null, true))];
            await opened.Store.WriteAsync(part, new WriteBatch(new VersionMark(version += 1_000, false), items, s_day));
        }

        (await opened.Store.ReadLogAsync(part, 100)).Keys.Should().BeNull();
        (await opened.Store.ReadLogAsync(part, 6_000 - 4_000)).Keys.Should().HaveCount(4_000);
        (await ListAsync(opened.Store, part)).Should().HaveCount(6_000);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Who_gives_up_a_listing_is_not_told_that_the_store_is_at_fault(StoreKind kind)
    {
        await using OpenedStore opened = await Servers.OpenAsync(kind);
        PartId part = await RegisterAsync(opened.Store);
        WriteItem[] items = [.. Enumerable.Range(0, 6_000).Select(static i => new WriteItem($"device {i}", Entry(1), null, true))];
        await opened.Store.WriteAsync(part, new WriteBatch(new VersionMark(6_000, false), items, s_day));
        using CancellationTokenSource givenUp = new();

        Func<Task> listing = async () =>
        {
            await foreach (IReadOnlyList<ListedRow> page in opened.Store.ListAsync(part, givenUp.Token))
            {
                await givenUp.CancelAsync();
            }
        };

        await listing.Should().ThrowAsync<OperationCanceledException>();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Entries_that_nobody_wants_are_purged(StoreKind kind)
    {
        await using OpenedStore opened = await Servers.OpenAsync(kind);
        PartId part = await RegisterAsync(opened.Store);
        await WriteAsync(opened.Store, part, 3, ("a", Entry(1)), ("b", Entry(1)), ("c", Entry(1)));

        await opened.Store.PurgeAsync(part, static key => key == "b");

        (await ListAsync(opened.Store, part)).Select(static row => row.Key).Should().Equal("b");
        (await opened.Store.GatewaysAsync()).Gateways.Single().Stored.Should().Be(new VersionMark(3, false));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_gateway_that_leaves_takes_its_part_and_its_registration_along_and_nobody_elses(StoreKind kind)
    {
        await using OpenedStore opened = await Servers.OpenAsync(kind);
        PartId part = await RegisterAsync(opened.Store);
        PartId other = await RegisterAsync(opened.Store, "gw-2");
        await WriteAsync(opened.Store, part, 1, ("a", Entry(1)));
        await WriteAsync(opened.Store, other, 1, ("b", Entry(1)));
        await opened.Store.LeaveAsync(new PartId("gw-2", "0000000000001-impostor"));

        await opened.Store.LeaveAsync(part);

        GatewayRow left = (await opened.Store.GatewaysAsync()).Gateways.Should().ContainSingle().Subject;
        (left.Gateway, left.Lease is null).Should().Be(("gw-2", false));
        IReadOnlyList<KeyRow> rows = await opened.Store.FindAsync(["a", "b"]);
        rows.Select(static row => FleetRules.Judge(row)!.Status).Should().Equal(PresenceStatus.Disconnected, PresenceStatus.Connected);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_sweep_removes_old_pointers_that_lead_nowhere_and_old_losses_and_nothing_else(StoreKind kind)
    {
        await using OpenedStore opened = await Servers.OpenAsync(kind);
        PartId part = await RegisterAsync(opened.Store);
        long now = (await opened.Store.GatewaysAsync()).StoreTime;
        LossData oldLoss = new(now - (long)TimeSpan.FromDays(8).TotalMilliseconds, "t", "Unknown", "gw-1");
        await opened.Store.WriteAsync(part, new WriteBatch(new VersionMark(4, false),
        [
            new WriteItem("old and here", Entry(1), oldLoss, true),
            new WriteItem("old and gone", Entry(1), oldLoss with { At = now }, true),
            new WriteItem("new and gone", Entry(now), null, true),
        ], s_day));
        await WriteAsync(opened.Store, part, 6, ("old and gone", null), ("new and gone", null));

        foreach (string key in (string[])["old and here", "old and gone", "new and gone"])
        {
            await opened.Store.SweepAsync(Shards.Of(key), new SweepRules(TimeSpan.FromDays(7)));
        }

        IReadOnlyList<KeyRow> rows = await opened.Store.FindAsync(["old and here", "old and gone", "new and gone"]);
        rows.Select(static row => (row.Pointer is not null, row.Loss is not null)).Should().Equal((true, false), (false, true), (true, false));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_silent_gateway_can_be_forgotten_and_a_living_one_can_not(StoreKind kind)
    {
        await using OpenedStore opened = await Servers.OpenAsync(kind);
        await RegisterAsync(opened.Store, "alive");
        LeaseReply silent = await opened.Store.LeaseAsync(Request(null, TimeSpan.FromMilliseconds(100), gateway: "silent"));
        await WriteAsync(opened.Store, new PartId("silent", silent.Epoch), 1, ("a", Entry(1)));
        await UntilSilentAsync(opened.Store, "silent");

        foreach (GatewayRow row in (await opened.Store.GatewaysAsync()).Gateways)
        {
            await opened.Store.ForgetAsync(row);
        }

        (await opened.Store.GatewaysAsync()).Gateways.Should().ContainSingle().Which.Gateway.Should().Be("alive");
        (await ListAsync(opened.Store, new PartId("silent", silent.Epoch))).Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Subscribers_are_hinted_at_changes_until_they_have_enough(StoreKind kind)
    {
        await using OpenedStore opened = await Servers.OpenAsync(kind);
        PartId part = await RegisterAsync(opened.Store);
        using SemaphoreSlim hints = new(0);
        IDisposable subscription = await opened.Store.SubscribeAsync(() => hints.Release());

        await WriteAsync(opened.Store, part, 1, ("a", Entry(1)));

        (await hints.WaitAsync(s_safety)).Should().BeTrue();
        subscription.Dispose();
    }

    private static void Equivalent(LogReply reply, long version, params string[] keys)
    {
        reply.Version.Should().Be(version);
        reply.Keys.Should().BeEquivalentTo(keys);
    }

    private static LeaseRequest Request(string? epoch, TimeSpan? term = null, string gateway = "gw-1", string suffix = "suffix00") =>
        new(gateway, epoch, suffix, 0, 0, term ?? TimeSpan.FromSeconds(60), s_day);

    private static EntryData Entry(long since) => new(since, "devices", "10.0.0.1:4711", 5_000);

    private static async Task<PartId> RegisterAsync(IPresenceStore store, string gateway = "gw-1") =>
        new(gateway, (await store.LeaseAsync(Request(null, gateway: gateway))).Epoch);

    private static Task<WriteReply> WriteAsync(
        IPresenceStore store, PartId part, long version, params (string Key, EntryData? Entry)[] items) =>
        store.WriteAsync(part, new WriteBatch(
            new VersionMark(version, false), [.. items.Select(static item => new WriteItem(item.Key, item.Entry, null, true))], s_day));

    private static async Task<List<ListedRow>> ListAsync(IPresenceStore store, PartId part)
    {
        List<ListedRow> rows = [];
        await foreach (IReadOnlyList<ListedRow> page in store.ListAsync(part, default))
        {
            rows.AddRange(page);
        }

        return rows;
    }

    private static async Task UntilSilentAsync(IPresenceStore store, string gateway = "gw-1")
    {
        using CancellationTokenSource tooLate = new(s_safety);
        while ((await store.GatewaysAsync()).Gateways.Single(row => row.Gateway == gateway).Lease is not null)
        {
            await Task.Delay(20, tooLate.Token);
        }
    }
}
