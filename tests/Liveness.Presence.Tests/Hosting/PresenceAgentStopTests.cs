using Liveness.Presence.Tests.Support;
using Liveness.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Liveness.Presence.Tests.Hosting;

/// <summary>What nobody has foreseen ends no gateway, and whatever a store does, a process stops in time.</summary>
public sealed class PresenceAgentStopTests
{
    /// <summary>3 s for the store and 1 s for the last lines of the log.</summary>
    private static readonly TimeSpan s_promised = TimeSpan.FromSeconds(4);

    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(100);

    private readonly InMemoryPresenceStore _memory = new(TimeProvider.System);

    [Fact]
    public async Task What_nobody_has_foreseen_is_logged_once_and_ends_no_gateway()
    {
        MoodyStore store = new(_memory) { ThrowingNames = 1 };
        await using PresenceHost host = await PresenceHost.StartAsync(store, "gw-1");

        (await host.Log.FirstAsync("GatewayFailed")).Should().Contain("InvalidTimeZoneException");
        await host.AttachAsync("a");

        await host.UntilAsync("a", static found => found?.Status == PresenceStatus.Connected);
        host.Log.Lines.Count(static line => line.Event == "GatewayFailed").Should().Be(1);
    }

    [Fact]
    public async Task A_stop_does_not_wait_for_a_step_that_is_under_way_longer_than_it_promises()
    {
        ManualTimeProvider clock = new();
        MoodyStore store = new(_memory) { Before = Never() };
        await using PresenceHost host = await StartAsync(store, clock);
        await UntilAsync(() => store.Questions > 0);

        (await StopAsync(host, clock)).Should().BeLessThanOrEqualTo(s_promised + s_step);
    }

    [Fact]
    public async Task A_stop_writes_what_waits_and_takes_leave_within_the_time_that_it_promises_for_both()
    {
        ManualTimeProvider clock = new();
        MoodyStore store = new(_memory);
        await using PresenceHost host = await StartAsync(store, clock);
        await host.Log.FirstAsync("GatewayRegistered");
        store.Before = Never();
        await host.AttachAsync("a");

        (await StopAsync(host, clock)).Should().BeLessThanOrEqualTo(s_promised + s_step);
    }

    [Fact]
    public async Task A_store_whose_client_fails_in_its_own_way_lets_the_host_stop_in_good_order()
    {
        MoodyStore store = new(_memory);
        await using PresenceHost host = await PresenceHost.StartAsync(store, "gw-1");
        await host.Log.FirstAsync("GatewayRegistered");
        store.Failure = new InvalidTimeZoneException("no.");

        await host.StopAsync().WaitAsync(PresenceHost.Safety);

        (await host.Log.FirstAsync("StoreFailed")).Should().Contain("InvalidTimeZoneException in its client");
    }

    private static Task Never() => new TaskCompletionSource().Task;

    private static Task<PresenceHost> StartAsync(MoodyStore store, ManualTimeProvider clock) =>
        PresenceHost.StartAsync(store, "gw-1", null, services => services.AddSingleton<TimeProvider>(clock));

    /// <returns>How long it took by the clock.</returns>
    private static async Task<TimeSpan> StopAsync(PresenceHost host, ManualTimeProvider clock)
    {
        DateTimeOffset begun = clock.GetUtcNow();
        Task stopping = host.StopAsync();
        await UntilAsync(() =>
        {
            // Not faster than those who wait for the clock can follow.
            clock.Advance(s_step);
            return stopping.IsCompleted;
        });
        await stopping;
        return clock.GetUtcNow() - begun;
    }

    private static async Task UntilAsync(Func<bool> reached)
    {
        using CancellationTokenSource tooLate = new(PresenceHost.Safety);
        while (!reached())
        {
            tooLate.IsCancellationRequested.Should().BeFalse();
            await Task.Delay(20);
        }
    }
}
