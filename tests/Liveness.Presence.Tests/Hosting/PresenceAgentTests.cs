using System.Diagnostics.Metrics;
using Liveness.Presence.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Liveness.Presence.Tests.Hosting;

/// <summary>Presence in a host, as an application has it.</summary>
public sealed class PresenceAgentTests
{
    private readonly InMemoryPresenceStore _memory = new(TimeProvider.System);

    [Fact]
    public async Task A_device_is_found_from_its_attach_to_its_end_and_with_its_last_loss_after_that()
    {
        await using PresenceHost host = await PresenceHost.StartAsync(_memory, "gw-1");
        (LivenessConnection connection, Liveness.Testing.InMemoryLink link) = await host.AttachAsync("meter 4711");

        PresenceEntry entry = (await host.UntilAsync("meter 4711", static found => found is not null))!;
        (entry.Status, entry.Gateway, entry.Name, entry.Bound).Should().Be((PresenceStatus.Connected, "gw-1", "devices", connection.Bound));
        entry.Since!.Value.Should().BeCloseTo(connection.AttachedAt, TimeSpan.FromSeconds(5));

        link.Reset();

        entry = (await host.UntilAsync("meter 4711", static found => found!.Status == PresenceStatus.Disconnected))!;
        entry.LastLoss!.Type.Should().Be(connection.Monitor.Loss!.ErrorType);
        entry.LastLoss.Diagnosis.Should().Be(connection.Monitor.Loss.Diagnosis);
        entry.Gateway.Should().Be("gw-1");
    }

    [Fact]
    public async Task A_device_that_is_named_later_and_renamed_is_found_by_its_newest_name_only()
    {
        await using PresenceHost host = await PresenceHost.StartAsync(_memory, "gw-1");
        (LivenessConnection connection, _) = await host.AttachAsync(null);

        connection.OwnId = "first";
        await host.UntilAsync("first", static found => found?.Status == PresenceStatus.Connected);
        connection.Monitor.OwnId = "second";

        await host.UntilAsync("second", static found => found?.Status == PresenceStatus.Connected);
        await host.UntilAsync("first", static found => found?.Status == PresenceStatus.Disconnected);
        (await host.Presence.FindAsync("second"))!.LastLoss.Should().BeNull();
    }

    [Fact]
    public async Task Only_the_names_that_are_configured_are_put_into_the_store()
    {
        await using PresenceHost host = await PresenceHost.StartAsync(_memory, "gw-1", static options => options.Names = ["devices"]);
        await host.AttachAsync("other", "others");
        await host.AttachAsync("device", "devices");

        await host.UntilAsync("device", static found => found is not null);
        (await host.Presence.FindAsync("other")).Should().BeNull();
    }

    [Fact]
    public async Task A_host_that_stops_leaves_and_its_devices_are_disconnected_at_once()
    {
        await using PresenceHost looker = await PresenceHost.StartAsync(_memory, null);
        await using PresenceHost host = await PresenceHost.StartAsync(_memory, "gw-1");
        await host.AttachAsync("a");
        await looker.UntilAsync("a", static found => found?.Status == PresenceStatus.Connected);

        await host.StopAsync();

        (await looker.Presence.FindAsync("a"))!.Status.Should().Be(PresenceStatus.Disconnected);
        (await looker.Presence.GatewaysAsync()).Should().BeEmpty();
        host.Log.Lines.Should().Contain(static line => line.Event == "GatewayLeft");
    }

    [Fact]
    public async Task A_process_that_only_looks_registers_nothing_and_lists_what_the_others_have()
    {
        await using PresenceHost one = await PresenceHost.StartAsync(_memory, "gw-1");
        await using PresenceHost two = await PresenceHost.StartAsync(_memory, "gw-2");
        await using PresenceHost looker = await PresenceHost.StartAsync(_memory, null);
        await one.AttachAsync("meter 1");
        await two.AttachAsync("meter 2");
        await two.AttachAsync("pump 3", "others");
        foreach (string key in (string[])["meter 1", "meter 2", "pump 3"])
        {
            await looker.UntilAsync(key, static found => found is not null);
        }

        (await looker.Presence.GatewaysAsync()).Select(static one => one.Gateway).Should().Equal("gw-1", "gw-2");
        (await ListAsync(looker.Presence, null)).Should().BeEquivalentTo("meter 1", "meter 2", "pump 3");
        (await ListAsync(looker.Presence, new PresenceFilter { Gateway = "gw-2" })).Should().BeEquivalentTo("meter 2", "pump 3");
        (await ListAsync(looker.Presence, new PresenceFilter { KeyPrefix = "meter" })).Should().BeEquivalentTo("meter 1", "meter 2");
        (await ListAsync(looker.Presence, new PresenceFilter { Name = "others" })).Should().BeEquivalentTo("pump 3");
        looker.Presence.Explain().Should().Contain("only looks");
    }

    [Fact]
    public async Task A_watcher_is_told_of_devices_and_gateways()
    {
        await using PresenceHost looker = await PresenceHost.StartAsync(_memory, null);
        using CancellationTokenSource enough = new(PresenceHost.Safety);
        await using IAsyncEnumerator<PresenceChange> changes = looker.Presence.WatchAsync(enough.Token).GetAsyncEnumerator(enough.Token);
        ValueTask<bool> next = changes.MoveNextAsync();
        await using PresenceHost host = await PresenceHost.StartAsync(_memory, "gw-1");
        (await next).Should().BeTrue();
        changes.Current.Should().Be(new PresenceChange(PresenceChangeKind.GatewayAlive, "gw-1", null));

        (LivenessConnection connection, _) = await host.AttachAsync("a");
        (await NextOfAsync(changes)).Status.Should().Be(PresenceStatus.Connected);
        await connection.CloseAsync();
        (await NextOfAsync(changes)).Status.Should().Be(PresenceStatus.Disconnected);
        await host.StopAsync();
        while (changes.Current.Kind != PresenceChangeKind.GatewayGone)
        {
            (await changes.MoveNextAsync()).Should().BeTrue();
        }
    }

    [Fact]
    public async Task While_the_store_is_away_attaches_do_not_wait_and_it_has_everything_when_it_is_back()
    {
        MoodyStore store = new(_memory) { Failure = new PresenceStoreException("gone for lunch.") };
        await using PresenceHost host = await PresenceHost.StartAsync(store, "gw-1");
        await host.AttachAsync("a");
        (LivenessConnection gone, _) = await host.AttachAsync("b");
        await gone.CloseAsync();
        (await host.Log.FirstAsync("StoreFailed")).Should().Contain("gone for lunch.");

        store.Failure = null;

        await host.UntilAsync("a", static found => found?.Status == PresenceStatus.Connected);
        (await host.Presence.FindAsync("b")).Should().BeNull("it came and went meanwhile");
        await host.Log.FirstAsync("StoreBack");
        host.Log.Lines.Count(static line => line.Event == "StoreFailed").Should().Be(1, "an outage is one line");
    }

    [Fact]
    public async Task A_store_that_hangs_or_throws_anything_keeps_no_attach_and_no_stop_waiting()
    {
        TaskCompletionSource never = new();
        MoodyStore store = new(_memory) { Before = never.Task, Failure = new InvalidTimeZoneException() };
        await using PresenceHost host = await PresenceHost.StartAsync(store, "gw-1");

        (LivenessConnection connection, _) = await host.AttachAsync("a").WaitAsync(PresenceHost.Safety);

        connection.Monitor.State.Should().Be(LivenessState.Alive);
        never.SetResult();
        await host.Log.FirstAsync("StoreFailed");
        await host.StopAsync().WaitAsync(PresenceHost.Safety);
        connection.Monitor.Loss.Should().BeNull();
    }

    [Fact]
    public async Task Many_attaches_at_once_share_batches()
    {
        MoodyStore store = new(_memory);
        await using PresenceHost host = await PresenceHost.StartAsync(store, "gw-1");
        await host.AttachAsync("first");
        await host.UntilAsync("first", static found => found is not null);
        TaskCompletionSource pause = new();
        store.Before = pause.Task;
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => host.AttachAsync($"device {i}")));
        store.Before = Task.CompletedTask;
        pause.SetResult();

        await host.UntilAsync("device 39", static found => found is not null);

        store.Batches.Should().BeLessThan(15);
    }

    [Fact]
    public async Task Two_processes_of_one_name_are_refused_with_a_clear_word_until_the_first_has_left()
    {
        await using PresenceHost first = await PresenceHost.StartAsync(_memory, "gw-1");
        await first.AttachAsync("a");
        await first.UntilAsync("a", static found => found is not null);
        await using PresenceHost second = await PresenceHost.StartAsync(_memory, "gw-1");
        await second.AttachAsync("b");

        (await second.Log.FirstAsync("GatewayRefused")).Should().Contain("PresenceOptions.Gateway");
        (await second.Presence.FindAsync("b")).Should().BeNull();
        await first.StopAsync();

        await second.UntilAsync("b", static found => found?.Status == PresenceStatus.Connected);
    }

    [Fact]
    public async Task Wrong_options_are_told_all_at_once_when_the_host_starts()
    {
        Func<Task> start = () => PresenceHost.StartAsync(_memory, "gw 1:x", static options =>
        {
            options.DetectWithin = TimeSpan.Zero;
            options.KeepLossesFor = TimeSpan.Zero;
            options.ForgetGatewayAfter = TimeSpan.FromSeconds(1);
            options.MaxEntriesPerSecond = 1;
            options.Names = [];
        });

        (await start.Should().ThrowAsync<OptionsValidationException>()).Which.Failures.Should().HaveCount(6)
            .And.ContainMatch("Gateway = *use 1 to 64 letters*").And.ContainMatch("DetectWithin = 00:00:00: use 00:00:01 to 00:10:00.");
    }

    [Fact]
    public async Task A_key_that_no_connection_can_have_is_refused()
    {
        await using PresenceHost host = await PresenceHost.StartAsync(_memory, null);
        Func<Task> empty = () => host.Presence.FindAsync("");
        Func<Task> tooLong = () => host.Presence.FindAsync(new string('x', 512));

        await empty.Should().ThrowAsync<ArgumentException>();
        (await tooLong.Should().ThrowAsync<ArgumentException>()).WithMessage("*512 characters*");
    }

    [Fact]
    public async Task The_bounds_and_what_they_are_made_of_are_explained()
    {
        await using PresenceHost host = await PresenceHost.StartAsync(
            new MoodyStore(_memory), "gw-1", static options => options.DetectWithin = TimeSpan.FromSeconds(5));

        host.Presence.Explain().Should().Be(
            """
            Presence of gateway "gw-1" in a moody store.
            A gateway that dies or is cut off from the store is seen within 5 s: lease 3 s (renewed every 1 s) + poll 1 s + round trip of at most 1 s.
            A device that comes, goes or is lost is seen within 2.01 s of its gateway's verdict: batch 0.01 s + poll 1 s + round trip of at most 1 s; as a rule at once, by a hint.
            If the store loses its data, 100,000 entries are back 10 s after the next renewal.
            At rest a gateway sends at most 600 commands a minute for its lease and 35 to tidy up, with 5 more for each gateway, and none for a connection. A watcher sends at most 180 a minute, and 60 for each gateway. A change that comes alone is at most 9 commands.
            """.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task What_presence_does_is_measured_without_keys()
    {
        Dictionary<string, double> values = [];
        List<string> tags = [];
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == PresenceMeter.Name)
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        void Note(string name, double value, ReadOnlySpan<KeyValuePair<string, object?>> with)
        {
            lock (values)
            {
                values[name] = values.GetValueOrDefault(name) + value;
                tags.AddRange(with.ToArray().Select(static tag => tag.Key));
            }
        }

        listener.SetMeasurementEventCallback<int>((instrument, value, with, _) => Note(instrument.Name, value, with));
        listener.SetMeasurementEventCallback<long>((instrument, value, with, _) => Note(instrument.Name, value, with));
        listener.SetMeasurementEventCallback<double>((instrument, value, with, _) => Note(instrument.Name, value, with));
        listener.Start();
        MoodyStore store = new(_memory) { Failure = new PresenceStoreException("no.") };
        await using PresenceHost host = await PresenceHost.StartAsync(store, "gw-1", null, static services => services.AddMetrics());
        await host.AttachAsync("a");
        await host.Log.FirstAsync("StoreFailed");
        store.Failure = null;
        await host.UntilAsync("a", static found => found is not null);
        await host.StopAsync();
        listener.RecordObservableInstruments();

        values.Keys.Should().Contain([
            PresenceMeter.Connections, PresenceMeter.PendingChanges, PresenceMeter.WrittenChanges, PresenceMeter.StoreDuration,
            PresenceMeter.StoreFailures]);
        values[PresenceMeter.WrittenChanges].Should().BeGreaterThanOrEqualTo(1);
        tags.Should().BeEmpty();
    }

    private static async Task<PresenceEntry> NextOfAsync(IAsyncEnumerator<PresenceChange> changes)
    {
        do
        {
            (await changes.MoveNextAsync()).Should().BeTrue();
        }
        while (changes.Current.Kind != PresenceChangeKind.Device);

        return changes.Current.Entry!;
    }

    private static async Task<List<string>> ListAsync(IPresence presence, PresenceFilter? filter)
    {
        List<string> keys = [];
        await foreach (PresenceEntry entry in presence.ListAsync(filter))
        {
            keys.Add(entry.Key);
        }

        return keys;
    }
}
