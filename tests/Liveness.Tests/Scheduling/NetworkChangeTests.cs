using System.Net.NetworkInformation;
using Liveness.Testing;
using Liveness.Tests.InBand;

namespace Liveness.Tests.Scheduling;

/// <summary>Who is told that the local network has changed, and what they do.</summary>
public sealed class NetworkChangeTests
{
    private static readonly TimeSpan s_safety = TimeSpan.FromSeconds(10);

    [Fact]
    public void Every_entry_that_waits_is_told_also_the_one_that_runs_and_none_that_has_left()
    {
        ManualTimeProvider clock = new() { WorkQueue = new ManualWorkQueue() };
        LivenessScheduler scheduler = LivenessScheduler.For(clock);
        List<string> told = [];
        ListeningEntry[] entries = [.. Enumerable.Range(0, 5).Select(i => new ListeningEntry(i.ToString(System.Globalization.CultureInfo.InvariantCulture), told))];
        foreach (ListeningEntry entry in entries)
        {
            scheduler.Register(entry, TimeSpan.FromMilliseconds(100));
        }

        scheduler.Schedule(entries[0], scheduler.Now + TimeSpan.FromSeconds(1));
        scheduler.Schedule(entries[1], scheduler.Now + TimeSpan.FromSeconds(1));
        scheduler.Schedule(entries[2], scheduler.Now + TimeSpan.FromHours(5));
        scheduler.Schedule(entries[3], scheduler.Now + TimeSpan.FromHours(5));
        scheduler.Unregister(entries[3]);
        entries[0].WhenDue = scheduler.NoteNetworkChange;
        clock.Advance(TimeSpan.FromSeconds(1));

        told.Should().BeEquivalentTo("0", "1", "2");
        scheduler.NoteNetworkChange();
        told.Should().HaveCount(4, "what has returned Never waits for nothing; the entry for five hours is told again, a second later");
    }

    [Fact]
    public void Both_ends_of_a_quiet_connection_probe_within_half_an_interval_and_once_for_a_burst()
    {
        HeartbeatOptions options = new() { DetectWithin = TimeSpan.FromSeconds(40) };
        using StreamFixture fixture = StreamFixture.Opened(options, new HeartbeatOptions { DetectWithin = TimeSpan.FromSeconds(40) });
        fixture.Advance(TimeSpan.FromMilliseconds(100));
        TimeSpan interval = fixture.Client.Monitor.GetSnapshot().ReceiveInterval!.Value;
        LivenessScheduler scheduler = LivenessScheduler.For(fixture.Clock);
        scheduler.NoteNetworkChange();
        fixture.Run();
        fixture.Advance(interval / 2);

        foreach (HeartbeatStream stream in new[] { fixture.Client, fixture.Server })
        {
            ConnectionSnapshot snapshot = stream.Monitor.GetSnapshot();
            snapshot.ProbesSent.Should().Be(1);
            snapshot.State.Should().Be(LivenessState.Alive);
        }

        for (int i = 0; i < 100; i++)
        {
            scheduler.NoteNetworkChange();
        }

        fixture.Advance((interval / 2) + TimeSpan.FromSeconds(1));
        fixture.Client.Monitor.GetSnapshot().ProbesSent.Should().Be(2);
        fixture.Server.Monitor.GetSnapshot().ProbesSent.Should().Be(2);
    }

    [Fact]
    public void Connections_do_not_all_probe_in_the_same_moment()
    {
        HashSet<long> times = [];
        for (int i = 0; i < 5; i++)
        {
            using StreamFixture fixture = StreamFixture.Opened(new HeartbeatOptions { DetectWithin = TimeSpan.FromSeconds(40) }, new HeartbeatOptions { DetectWithin = TimeSpan.FromSeconds(40) });
            DateTimeOffset begun = fixture.Clock.GetUtcNow();
            LivenessScheduler.For(fixture.Clock).NoteNetworkChange();
            while (fixture.Client.Monitor.GetSnapshot().ProbesSent == 0)
            {
                fixture.Advance(TimeSpan.FromMilliseconds(1));
            }

            times.Add((fixture.Clock.GetUtcNow() - begun).Ticks);
        }

        times.Count.Should().BeGreaterThan(2);
    }

    [Fact]
    public void What_has_not_begun_has_ended_or_judges_nothing_sends_no_probe()
    {
        using StreamFixture unopened = new();
        _ = unopened.Client.StartAsync();
        unopened.Run();
        LivenessScheduler.For(unopened.Clock).NoteNetworkChange();
        unopened.Advance(TimeSpan.FromSeconds(1));
        unopened.Client.Monitor.State.Should().Be(LivenessState.Connecting);

        HeartbeatOptions off = new() { DetectWithin = Timeout.InfiniteTimeSpan };
        using StreamFixture fixture = StreamFixture.Opened(off);
        fixture.Link.Cut();
        fixture.Advance(TimeSpan.FromMinutes(1));
        fixture.Server.Monitor.State.Should().Be(LivenessState.Lost);
        long? probes = fixture.Server.Monitor.GetSnapshot().ProbesSent;
        LivenessScheduler.For(fixture.Clock).NoteNetworkChange();
        fixture.Advance(TimeSpan.FromMinutes(1));
        fixture.Client.Monitor.GetSnapshot().ProbesSent.Should().Be(0);
        fixture.Server.Monitor.GetSnapshot().ProbesSent.Should().Be(probes);
    }

    [Fact]
    public void It_listens_while_it_is_wanted_and_never_on_the_thread_that_asks()
    {
        ManualWorkQueue queue = new();
        ManualTimeProvider clock = new() { WorkQueue = queue };
        LivenessScheduler scheduler = LivenessScheduler.For(clock);
        List<string> told = [];
        ListeningEntry entry = new("told", told);
        scheduler.Register(entry, TimeSpan.FromMilliseconds(100));
        scheduler.Schedule(entry, scheduler.Now + TimeSpan.FromHours(1));
        ScriptedNetworkEvents events = new();
        bool wanted = true;
        NetworkSubscription subscription = new(scheduler, events, () => wanted);

        subscription.Review();
        events.Subscriptions.Should().Be(0);
        subscription.Review();
        queue.RunAll();
        events.Subscriptions.Should().Be(1);
        events.Changed!();
        told.Should().BeEmpty();
        queue.RunAll();
        told.Should().Equal("told");

        wanted = false;
        subscription.Review();
        queue.RunAll();
        events.Subscriptions.Should().Be(0);
    }

    [Fact]
    public void Where_a_sandbox_forbids_it_everything_else_goes_on_and_it_is_tried_again_later()
    {
        ManualWorkQueue queue = new();
        LivenessScheduler scheduler = LivenessScheduler.For(new ManualTimeProvider { WorkQueue = queue });
        ScriptedNetworkEvents events = new() { Failure = new NetworkInformationException(1) };
        NetworkSubscription subscription = new(scheduler, events, () => true);
        subscription.Review();
        queue.RunAll();
        events.Failure = null;
        subscription.Review();
        queue.RunAll();

        events.Subscriptions.Should().Be(1);
    }

    [Fact]
    public async Task The_thread_of_the_systems_clock_listens_while_it_runs()
    {
        ScriptedNetworkEvents events = new();
        ThreadScheduler scheduler = new(TimeProvider.System, TimeSpan.Zero, events);
        QuietListener entry = new();
        scheduler.Register(entry, TimeSpan.FromMilliseconds(100));
        scheduler.Schedule(entry, scheduler.Now + TimeSpan.FromHours(1));
        await events.Subscribed.Task.WaitAsync(s_safety);
        events.Changed!();
        await entry.Told.Task.WaitAsync(s_safety);
        scheduler.Unregister(entry);

        await events.Unsubscribed.Task.WaitAsync(s_safety);
    }

    [Fact]
    public void The_systems_own_events_can_be_subscribed_and_left()
    {
        SystemNetworkEvents events = new();

        events.Subscribe(() => { });
        events.Unsubscribe();
    }

    private sealed class ListeningEntry(string name, List<string> told) : SchedulerEntry
    {
        public Action? WhenDue { get; set; }

        public override Instant OnDue(Instant now)
        {
            WhenDue?.Invoke();
            return Instant.Never;
        }

        public override void OnNetworkChanged(Instant from) => told.Add(name);
    }

    private sealed class QuietListener : SchedulerEntry
    {
        public TaskCompletionSource Told { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override Instant OnDue(Instant now) => Instant.Never;

        public override void OnNetworkChanged(Instant from) => Told.TrySetResult();
    }

    private sealed class ScriptedNetworkEvents : INetworkEvents
    {
        public Exception? Failure { get; set; }

        public Action? Changed { get; private set; }

        public int Subscriptions { get; private set; }

        public TaskCompletionSource Subscribed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Unsubscribed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Subscribe(Action changed)
        {
            if (Failure is not null)
            {
                throw Failure;
            }

            Changed = changed;
            Subscriptions++;
            Subscribed.TrySetResult();
        }

        public void Unsubscribe()
        {
            Subscriptions--;
            Unsubscribed.TrySetResult();
        }
    }
}
