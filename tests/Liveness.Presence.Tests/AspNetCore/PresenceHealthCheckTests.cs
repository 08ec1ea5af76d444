using Liveness.Presence.AspNetCore;
using Liveness.Presence.Tests.Hosting;
using Liveness.Presence.Tests.Support;
using Liveness.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Liveness.Presence.Tests.AspNetCore;

/// <summary>A process says how it stands with the store; by itself nothing of that starts it again.</summary>
public sealed class PresenceHealthCheckTests
{
    private readonly InMemoryPresenceStore _memory = new(TimeProvider.System);

    [Fact]
    public async Task A_gateway_that_is_registered_is_healthy_and_asks_nobody()
    {
        MoodyStore store = new(_memory);
        await using PresenceHost host = await StartAsync(store, "gw-1");
        await host.AttachAsync("a");
        await host.UntilAsync("a", static found => found is not null);
        int questions = store.Lookings;

        HealthReportEntry entry = await UntilAsync(host, HealthStatus.Healthy);

        entry.Description.Should().Be("gateway \"gw-1\" is registered, 1 connections");
        entry.Data.Should().Contain("connections", 1).And.Contain("standing", "Registered").And.Contain("pendingChanges", 0);
        entry.Data.Values.Should().NotContain("a", "keys are nobody's business there");
        store.Lookings.Should().Be(questions);
    }

    [Fact]
    public async Task A_store_that_is_away_degrades_and_never_more_unless_that_is_asked_for()
    {
        MoodyStore store = new(_memory) { Failure = new PresenceStoreException("gone.") };
        await using PresenceHost host = await StartAsync(store, "gw-1");

        HealthReport report = await ReportAsync(host);

        report.Entries["liveness-presence"].Status.Should().Be(HealthStatus.Degraded);
        report.Entries["liveness-presence"].Description.Should().Contain("others see it as silent");
        report.Entries["strict"].Status.Should().Be(HealthStatus.Unhealthy, "it was given no time");
        store.Failure = null;
        await UntilAsync(host, HealthStatus.Healthy);
    }

    [Fact]
    public async Task A_name_that_another_process_has_degrades()
    {
        await using PresenceHost first = await PresenceHost.StartAsync(_memory, "gw-1");
        await first.Log.FirstAsync("GatewayRegistered");
        await using PresenceHost second = await StartAsync(_memory, "gw-1");
        await second.Log.FirstAsync("GatewayRefused");

        (await UntilAsync(second, HealthStatus.Degraded)).Description.Should().StartWith("another process is registered as gateway \"gw-1\"");
    }

    [Fact]
    public async Task A_process_that_only_looks_is_as_well_as_the_store_answers()
    {
        MoodyStore store = new(_memory);
        await using PresenceHost gateway = await PresenceHost.StartAsync(_memory, "gw-1");
        await gateway.Log.FirstAsync("GatewayRegistered");
        await using PresenceHost looker = await StartAsync(store, null);

        (await UntilAsync(looker, HealthStatus.Healthy)).Description.Should().Be("the presence store answers: 1 gateways, 0 silent");
        store.Failure = new PresenceStoreException("gone for lunch.");
        (await UntilAsync(looker, HealthStatus.Degraded)).Description.Should().StartWith("gone for lunch, for ");
        store.Failure = null;
        store.Before = new TaskCompletionSource().Task;
        (await UntilAsync(looker, HealthStatus.Degraded)).Description.Should().StartWith("the presence store does not answer within 0.4 s");
    }

    [Fact]
    public void What_is_wrong_is_unhealthy_only_after_the_time_that_was_set_and_that_time_begins_anew()
    {
        ManualTimeProvider clock = new();
        PresenceTroubles troubles = new();
        PresenceHealth health = new("it is wrong", "it is well", new Dictionary<string, object>());
        HealthStatus Judge(bool isWrong, TimeSpan? after) => PresenceHealthJudge.Judge(
            health, troubles.Note("check", isWrong, clock), after, HealthStatus.Unhealthy).Status;

        Judge(true, TimeSpan.FromMinutes(1)).Should().Be(HealthStatus.Degraded);
        clock.Advance(TimeSpan.FromSeconds(59));
        Judge(true, TimeSpan.FromMinutes(1)).Should().Be(HealthStatus.Degraded);
        clock.Advance(TimeSpan.FromSeconds(1));
        Judge(true, TimeSpan.FromMinutes(1)).Should().Be(HealthStatus.Unhealthy);
        Judge(true, null).Should().Be(HealthStatus.Degraded);
        Judge(false, TimeSpan.Zero).Should().Be(HealthStatus.Healthy);
        Judge(true, TimeSpan.FromMinutes(1)).Should().Be(HealthStatus.Degraded, "it is another trouble");
    }

    [Fact]
    public async Task Wrong_options_and_a_missing_presence_are_told_with_a_cure()
    {
        ServiceCollection services = new();
        services.AddLogging();
        Action wrong = () => services.AddHealthChecks().AddLivenessPresence(static options => options.UnhealthyAfter = TimeSpan.FromHours(48));
        wrong.Should().Throw<ArgumentException>().WithMessage("UnhealthyAfter is 2.00:00:00, and must be 00:00:00 to 1.00:00:00*");
        services.AddHealthChecks().AddLivenessPresence();
        await using ServiceProvider provider = services.BuildServiceProvider();
        Func<Task> check = () => provider.GetRequiredService<HealthCheckService>().CheckHealthAsync();

        (await check.Should().ThrowAsync<InvalidOperationException>()).WithMessage("*Call builder.Services.AddLivenessPresence(...)*");
    }

    private static Task<PresenceHost> StartAsync(IPresenceStore store, string? gateway) => PresenceHost.StartAsync(
        store, gateway, null, static services => services.AddHealthChecks().AddLivenessPresence()
            .AddLivenessPresence(static options => options.UnhealthyAfter = TimeSpan.Zero, "strict"));

    private static Task<HealthReport> ReportAsync(PresenceHost host) =>
        host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();

    private static async Task<HealthReportEntry> UntilAsync(PresenceHost host, HealthStatus status)
    {
        using CancellationTokenSource tooLate = new(PresenceHost.Safety);
        while (true)
        {
            HealthReportEntry entry = (await ReportAsync(host)).Entries["liveness-presence"];
            if (entry.Status == status)
            {
                return entry;
            }

            tooLate.IsCancellationRequested.Should().BeFalse($"the check still says {entry.Description}");
            await Task.Delay(20);
        }
    }
}
