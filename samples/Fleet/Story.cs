using System.Collections.Concurrent;
using Liveness.Presence;

namespace Fleet;

/// <summary>What happens to the fleet, one thing after the other, and what the view has to say of it.</summary>
internal sealed class Story : IAsyncDisposable
{
    private static readonly string[] s_names = ["gw-1", "gw-2", "gw-3"];
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(20);

    /// <summary>What has not come by then never comes.</summary>
    private static readonly TimeSpan s_never = TimeSpan.FromSeconds(30);

    private readonly TimeProvider _clock = TimeProvider.System;
    private readonly Arguments _arguments;
    private readonly Report _report;
    private readonly ConcurrentDictionary<string, GatewayProcess> _gateways = new();
    private readonly TimeSpan _change;
    private View? _view;
    private Crowd? _crowd;

    private Story(Arguments arguments)
    {
        (_arguments, _report) = (arguments, new Report(_clock));

        // As Explain says: a batch, a poll and the time that is left for the store to answer.
        _change = TimeSpan.FromMilliseconds(10) + (arguments.DetectWithin * 2 / 5);
    }

    private View View => _view!;

    private Crowd Crowd => _crowd!;

    private long Now => _clock.GetTimestamp();

    public static async Task<Story> BeginAsync(Arguments arguments)
    {
        Story story = new(arguments);
        story._report.Say("fleet", $"{s_names.Length} gateways and {arguments.Devices} devices, store at {arguments.Redis}");
        story._view = await View.OpenAsync(arguments, story._clock, story.Tell);
        GatewayProcess[] started = await Task.WhenAll(s_names.Select(name => GatewayProcess.StartAsync(name, arguments)));
        foreach (GatewayProcess gateway in started)
        {
            story._gateways[gateway.Name] = gateway;
        }

        await story.UntilAsync(story.Now, async () => (await story.View.Presence.GatewaysAsync())
            .Count(static one => one.Status == GatewayStatus.Alive) == s_names.Length);

        // A device that was lost waits until everybody has seen that its gateway is silent.
        story._crowd = new Crowd(arguments.Devices, story.PortOf, arguments.DetectWithin + TimeSpan.FromSeconds(3), story._clock);
        return story;
    }

    /// <returns>Whether the view was right each time.</returns>
    public async Task<bool> TellAsync()
    {
        _report.Say("view", $"its page: {View.Address}");
        _report.Say("view", View.Presence.Explain().Replace("\n", "\n                  ", StringComparison.Ordinal));
        await ExpectEverybodyAsync("all devices are found where they are, after the last has connected", Now, _change);
        await KillAsync(_gateways["gw-1"]);
        await ResetAsync(Crowd.Devices[0]);
        await CutAsync(_gateways["gw-2"]);
        await DeployAsync("gw-3");
        await ExpectNoLossesAsync(Crowd.Devices[0].Key);
        _report.Say("fleet", _report.Sum);
        if (_arguments.PagePort is not null)
        {
            _report.Say("fleet", $"{View.Address} stays. Ctrl+C ends.");
            await View.EndAsync();
        }

        return _report.IsRight;
    }

    public async ValueTask DisposeAsync()
    {
        await Crowd.DisposeAsync();
        foreach (GatewayProcess gateway in _gateways.Values)
        {
            await gateway.DisposeAsync();
        }

        await View.DisposeAsync();
    }

    private async Task KillAsync(GatewayProcess gateway)
    {
        IReadOnlyList<PresenceEntry> before = await DevicesAsync(gateway.Name);
        _report.Say("fleet", $"kill -9 of {gateway.Name}, which has {before.Count} devices");
        long begun = Now;
        await gateway.KillAsync();
        await ExpectAsync($"{gateway.Name} is silent", PresenceChangeKind.GatewaySilent, gateway.Name, begun, _arguments.DetectWithin);
        await ExpectUnknownAsync(before);
        await ExpectEverybodyAsync("its devices are found elsewhere, after the last has connected", Now, _change);
    }

    private async Task ResetAsync(Device device)
    {
        _report.Say("fleet", $"{device.Key} is torn off");
        long begun = Now;
        device.Reset();
        PresenceEntry? entry = null;
        TimeSpan? took = await UntilAsync(begun, async () =>
        {
            entry = await View.Presence.FindAsync(device.Key);
            return entry is { Status: PresenceStatus.Disconnected, LastLoss: not null };
        });
        _report.Say("view", $"{device.Key}: {entry?.Status}, lost: {entry?.LastLoss?.Type}, {entry?.LastLoss?.Diagnosis}");
        _report.Expect($"{device.Key} is lost, and why", took, _change);
        await ExpectEverybodyAsync("it is found again, after it has connected", Now, _change);
    }

    private async Task CutAsync(GatewayProcess gateway)
    {
        IReadOnlyList<PresenceEntry> before = await DevicesAsync(gateway.Name);
        int losses = Crowd.Losses;
        _report.Say("fleet", $"{gateway.Name}, which has {before.Count} devices, is cut off from the store");
        long begun = Now;
        gateway.CutFromStore();
        await ExpectAsync($"{gateway.Name} is silent", PresenceChangeKind.GatewaySilent, gateway.Name, begun, _arguments.DetectWithin);
        await Task.Delay(_arguments.DetectWithin);
        await ExpectUnknownAsync(before);
        _report.Say("fleet", $"{gateway.Name} reaches the store again");
        long healed = Now;
        gateway.HealToStore();
        await ExpectAsync($"{gateway.Name} is back", PresenceChangeKind.GatewayAlive, gateway.Name, healed, _arguments.DetectWithin);
        await ExpectEverybodyAsync("its devices are back with it", healed, _arguments.DetectWithin);
        int gone = View.Since(begun).Count(static one => one.Change.Entry?.Status == PresenceStatus.Disconnected);
        _report.Expect("no device was touched, and none was said to be gone", Crowd.Losses == losses && gone == 0,
            $"{Crowd.Losses - losses} losses, {gone} said to be gone");
    }

    private async Task DeployAsync(string name)
    {
        int devices = (await DevicesAsync(name)).Count;
        int losses = Crowd.Losses;
        int farewells = Crowd.Farewells;
        _report.Say("fleet", $"{name}, which has {devices} devices, is deployed anew: it drains and stops");
        long begun = Now;
        await _gateways[name].StopAsync();
        await ExpectAsync($"{name} is gone, after its process has ended", PresenceChangeKind.GatewayGone, name, begun, _change, Now);
        await _gateways[name].DisposeAsync();
        begun = Now;
        _gateways[name] = await GatewayProcess.StartAsync(name, _arguments);
        await ExpectAsync($"{name} is there again, after its start", PresenceChangeKind.GatewayAlive, name, begun, _arguments.DetectWithin);
        await ExpectEverybodyAsync("its devices are found elsewhere, after the last has connected", Now, _change);
        _report.Expect($"its devices were told to go elsewhere, and none was lost",
            Crowd.Losses == losses && Crowd.Farewells - farewells == devices,
            $"{Crowd.Farewells - farewells} told, {Crowd.Losses - losses} lost");
    }

    /// <summary>A gateway's death, a cut from the store and a deployment are no losses of devices.</summary>
    private async Task ExpectNoLossesAsync(string torn)
    {
        IReadOnlyList<PresenceEntry> all = await FindAsync(Crowd.Devices.Select(static device => device.Key));
        string[] lost = [.. all.Where(static one => one.LastLoss is not null).Select(static one => one.Key)];
        _report.Expect($"of all this, the store calls {torn} lost and no other", lost.SequenceEqual([torn]), string.Join(", ", lost));
    }

    private async Task ExpectUnknownAsync(IReadOnlyList<PresenceEntry> before)
    {
        IReadOnlyList<PresenceEntry> now = await FindAsync(before.Select(static one => one.Key));
        int unknown = before.Join(now, static one => one.Key, static one => one.Key, static (then, now) => (then, now))
            .Count(static one => one.now.Status == PresenceStatus.GatewaySilent && one.now.LastLoss == one.then.LastLoss);
        _report.Expect("its devices are unknown, and not lost", unknown == before.Count, $"{unknown} of {before.Count}");
    }

    private async Task ExpectEverybodyAsync(string what, long from, TimeSpan bound)
    {
        await UntilAsync(from, () => Task.FromResult(Crowd.LastConnectedAt is not null));
        long last = Math.Max(from, Crowd.LastConnectedAt ?? from);
        IReadOnlyDictionary<(string Gateway, PresenceStatus Status), int> counts = new Dictionary<(string, PresenceStatus), int>();
        TimeSpan? took = await UntilAsync(last, async () =>
        {
            counts = await View.CountAsync();
            return counts.Keys.All(static one => one.Status == PresenceStatus.Connected) && counts.Values.Sum() == _arguments.Devices;
        });
        _report.Say("view", string.Join(", ", counts.OrderBy(static one => one.Key)
            .Select(static one => $"{one.Key.Gateway}: {one.Value} {one.Key.Status}")));
        _report.Expect(what, took, bound);
    }

    /// <param name="what">Is promised.</param>
    /// <param name="kind">Of the change that the view has to tell.</param>
    /// <param name="gateway">Whose.</param>
    /// <param name="since">Not before.</param>
    /// <param name="bound">The longest that is promised.</param>
    /// <param name="from">From when it counts; null = since then.</param>
    private async Task ExpectAsync(
        string what, PresenceChangeKind kind, string gateway, long since, TimeSpan bound, long? from = null)
    {
        long? at = null;
        await UntilAsync(since, () =>
        {
            at = View.Since(since).Where(one => one.Change.Kind == kind && one.Change.Gateway == gateway)
                .Select(static one => (long?)one.At).FirstOrDefault();
            return Task.FromResult(at is not null);
        });
        TimeSpan? took = at is { } moment ? _clock.GetElapsedTime(Math.Min(from ?? since, moment), moment) : null;
        _report.Expect(what, took, bound);
    }

    /// <returns>How long it took; null = it never came.</returns>
    private async Task<TimeSpan?> UntilAsync(long from, Func<Task<bool>> isSo)
    {
        long begun = Now;
        while (!await isSo())
        {
            if (_clock.GetElapsedTime(begun) > s_never)
            {
                return null;
            }

            await Task.Delay(s_look);
        }

        return _clock.GetElapsedTime(from);
    }

    private async Task<IReadOnlyList<PresenceEntry>> FindAsync(IEnumerable<string> keys)
    {
        PresenceEntry?[] found = await Task.WhenAll(keys.Select(key => View.Presence.FindAsync(key)));
        return [.. found.OfType<PresenceEntry>()];
    }

    /// <summary>With their last losses, which lists do not have.</summary>
    private async Task<IReadOnlyList<PresenceEntry>> DevicesAsync(string gateway)
    {
        List<string> keys = [];
        await foreach (PresenceEntry entry in View.Presence.ListAsync(new PresenceFilter { Gateway = gateway }))
        {
            keys.Add(entry.Key);
        }

        return await FindAsync(keys);
    }

    /// <summary>Devices are told one by one in the sums; of gateways each word counts.</summary>
    private void Tell(PresenceChange change)
    {
        if (change.Kind != PresenceChangeKind.Device)
        {
            _report.Say("view", $"{change.Gateway}: {change.Kind}");
        }
    }

    private int? PortOf(int attempt)
    {
        GatewayProcess[] open =
            [.. _gateways.Values.Where(static one => one.IsOpen).OrderBy(static one => one.Name, StringComparer.Ordinal)];
        return open.Length == 0 ? null : open[attempt % open.Length].Port;
    }
}
