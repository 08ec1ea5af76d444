using Liveness.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Liveness.AspNetCore.Tests.Health;

/// <summary>The check as an application registers it, over connections on a stage and a clock that is moved by hand.</summary>
public sealed class LivenessHealthCheckTests
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    private readonly ManualTimeProvider _clock = new(TimeProvider.System.GetUtcNow());
    private readonly StagedFactory _factory;

    public LivenessHealthCheckTests() => _factory = new StagedFactory(timeProvider: _clock);

    [Fact]
    public async Task Connections_that_live_are_healthy_and_counted()
    {
        _factory.Add("upstream", silence: TimeSpan.FromSeconds(2));
        _factory.Add("devices", description: "192.0.2.9:1", silence: TimeSpan.FromSeconds(3));

        HealthReportEntry entry = await CheckAsync();

        entry.Status.Should().Be(HealthStatus.Healthy);
        entry.Description.Should().Be("2 connections, none in trouble");
        entry.Data.Should().Contain("connections", 2).And.Contain("alive", 2).And.Contain("suspect", 0).And.Contain("recentLosses", 0);
        entry.Data.Should().Contain("worstSilence", TimeSpan.FromSeconds(3)).And.Contain("worstSilenceName", "devices").And.Contain("worstSilenceDescription", "192.0.2.9:1");
    }

    [Fact]
    public async Task No_connection_at_all_is_healthy_where_none_is_critical()
    {
        HealthReportEntry entry = await CheckAsync();

        entry.Status.Should().Be(HealthStatus.Healthy);
        entry.Data.Should().NotContainKey("worstSilence");
    }

    [Theory]
    [InlineData(LivenessState.Suspect, ConnectionConditions.None, HealthStatus.Degraded)]
    [InlineData(LivenessState.Alive, ConnectionConditions.PeerNotConsuming, HealthStatus.Degraded)]
    [InlineData(LivenessState.Alive, ConnectionConditions.DataUnacknowledged, HealthStatus.Degraded)]
    [InlineData(LivenessState.Alive, ConnectionConditions.WriteStuck, HealthStatus.Degraded)]
    [InlineData(LivenessState.Alive, ConnectionConditions.SideDown | ConnectionConditions.Unvouched, HealthStatus.Degraded)]
    [InlineData(LivenessState.Alive, ConnectionConditions.Unvouched, HealthStatus.Healthy)]
    [InlineData(LivenessState.Alive, ConnectionConditions.WeAreBehind, HealthStatus.Healthy)]
    public async Task State_and_conditions_decide_at_most_degraded(LivenessState state, ConnectionConditions conditions, HealthStatus expected)
    {
        _factory.Add("upstream", state: state, conditions: conditions);

        HealthReportEntry entry = await CheckAsync(options => options.CriticalNames = ["upstream"]);

        entry.Status.Should().Be(expected);
    }

    [Fact]
    public async Task A_loss_degrades_for_the_grace_time_and_no_longer()
    {
        _factory.Lose("devices", Losses.HeartbeatTimedOut());
        using ServiceProvider services = Services(options => options.GraceTime = s_minute);

        HealthReportEntry entry = await CheckAsync(services);
        entry.Status.Should().Be(HealthStatus.Degraded);
        entry.Description.Should().Contain("\"devices\" lost").And.Contain("heartbeat_timed_out");
        entry.Data.Should().Contain("recentLosses", 1).And.Contain("newestLossName", "devices").And.ContainKeys("newestLoss", "newestLossAt");

        _clock.Advance(s_minute + TimeSpan.FromSeconds(5));
        (await CheckAsync(services)).Status.Should().Be(HealthStatus.Healthy);
    }

    [Fact]
    public async Task Own_ids_say_who_is_silent_and_who_was_lost()
    {
        _factory.Add("devices", silence: TimeSpan.FromSeconds(3)).Monitor.OwnId = "meter 1";
        _factory.Lose("devices", Losses.HeartbeatTimedOut(), ownId: "meter 2");

        HealthReportEntry entry = await CheckAsync();

        entry.Data.Should().Contain("worstSilenceOwnId", "meter 1").And.Contain("newestLossOwnId", "meter 2");
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task Whoever_sets_the_wall_clock_makes_no_loss_younger_or_older(int hours)
    {
        SetClock clock = new(_clock);
        StagedFactory factory = new(timeProvider: clock);
        factory.Lose("devices", Losses.HeartbeatTimedOut());
        ServiceCollection services = new();
        services.AddLogging().AddSingleton<TimeProvider>(clock).AddSingleton<ILivenessFactory>(factory).AddHealthChecks().AddLiveness(options => options.GraceTime = s_minute);
        using ServiceProvider provider = services.BuildServiceProvider();

        clock.Offset = TimeSpan.FromHours(hours);
        _clock.Advance(TimeSpan.FromSeconds(40));
        (await CheckAsync(provider)).Description.Should().Be("\"devices\" lost 40 s ago: heartbeat_timed_out");
        _clock.Advance(TimeSpan.FromSeconds(20));

        (await CheckAsync(provider)).Status.Should().Be(HealthStatus.Healthy);
    }

    [Fact]
    public async Task A_critical_name_that_reconnects_within_the_grace_time_is_never_unhealthy()
    {
        StagedConnection first = _factory.Add("upstream");
        using ServiceProvider services = Services(options => (options.GraceTime, options.CriticalNames) = (s_minute, ["upstream"]));
        (await CheckAsync(services)).Status.Should().Be(HealthStatus.Healthy);

        _factory.Remove(first);
        _factory.Lose("upstream", Losses.ConnectionReset());
        (await CheckAsync(services)).Status.Should().Be(HealthStatus.Degraded);
        _clock.Advance(s_minute - TimeSpan.FromSeconds(1));
        (await CheckAsync(services)).Status.Should().Be(HealthStatus.Degraded);
        _factory.Add("upstream");
        _clock.Advance(s_minute);
        (await CheckAsync(services)).Status.Should().Be(HealthStatus.Healthy);

        // Whoever was away, came back and goes again has the whole grace time again.
        _factory.Remove((StagedConnection)_factory.Connections.Single().Attached);
        (await CheckAsync(services)).Status.Should().Be(HealthStatus.Degraded);
    }

    [Fact]
    public async Task A_critical_name_without_a_connection_is_unhealthy_after_the_grace_time()
    {
        using ServiceProvider services = Services(options => (options.GraceTime, options.CriticalNames) = (s_minute, ["upstream"]));
        _factory.Add("devices");

        (await CheckAsync(services)).Status.Should().Be(HealthStatus.Degraded);
        _clock.Advance(s_minute);
        HealthReportEntry entry = await CheckAsync(services);

        entry.Status.Should().Be(HealthStatus.Unhealthy);
        entry.Description.Should().Be("no connection of \"upstream\" for 60 s");
        entry.Data.Should().Contain("absent:upstream", s_minute);
    }

    [Fact]
    public async Task What_is_unhealthy_is_reported_as_the_registration_wants_it()
    {
        using ServiceProvider services = Services(options => (options.GraceTime, options.CriticalNames) = (TimeSpan.Zero, ["upstream"]), failureStatus: HealthStatus.Degraded, tags: ["ready"]);

        (await CheckAsync(services)).Status.Should().Be(HealthStatus.Degraded);
        services.GetRequiredService<IOptions<HealthCheckServiceOptions>>().Value.Registrations.Single().Tags.Should().Equal("ready");
    }

    [Fact]
    public async Task Names_that_are_not_chosen_do_not_count_and_critical_ones_always_do()
    {
        _factory.Add("chatty", state: LivenessState.Suspect);
        _factory.Lose("chatty", Losses.ConnectionReset());
        StagedConnection upstream = _factory.Add("upstream");
        using ServiceProvider services = Services(options => (options.Names, options.CriticalNames) = ([], ["upstream"]));

        HealthReportEntry entry = await CheckAsync(services);
        entry.Status.Should().Be(HealthStatus.Healthy);
        entry.Data.Should().Contain("connections", 1);

        upstream.Monitor.Update(LivenessState.Suspect, ConnectionConditions.None);
        (await CheckAsync(services)).Status.Should().Be(HealthStatus.Degraded);
    }

    [Fact]
    public async Task A_line_names_three_and_counts_the_rest()
    {
        for (int i = 0; i < 10; i++)
        {
            _factory.Add($"n{i}", state: LivenessState.Suspect);
        }

        (await CheckAsync()).Description.Should().Be("\"n0\" suspect; \"n1\" suspect; \"n2\" suspect; and 7 more");
    }

    [Fact]
    public async Task The_text_of_a_peer_is_data_only()
    {
        _factory.Lose("devices", Losses.PeerGaveUp(GoodbyeCode.Aborted, "<script>"));

        HealthReportEntry entry = await CheckAsync();

        entry.Description.Should().NotContain("script");
        entry.Data["newestLoss"].As<string>().Should().Contain("<script>");
    }

    [Fact]
    public void Options_that_are_not_valid_are_refused_all_at_once()
    {
        using ServiceProvider services = Services(options => (options.GraceTime, options.Names, options.CriticalNames) = (TimeSpan.FromDays(30), [null!], null!));

        Action read = () => services.GetRequiredService<IOptionsMonitor<LivenessHealthCheckOptions>>().Get(LivenessHealthChecksBuilderExtensions.DefaultName);

        read.Should().Throw<OptionsValidationException>().Which.Message.Should().Contain("GraceTime").And.Contain("30.00:00:00").And.Contain("Names").And.Contain("CriticalNames");
    }

    [Fact]
    public async Task Without_a_factory_it_says_what_to_call()
    {
        ServiceCollection services = new();
        services.AddLogging().AddHealthChecks().AddLiveness();
        using ServiceProvider provider = services.BuildServiceProvider();

        Func<Task> check = () => provider.GetRequiredService<HealthCheckService>().CheckHealthAsync();

        (await check.Should().ThrowAsync<InvalidOperationException>()).Which.Message.Should().Contain("AddLiveness");
    }

    private async Task<HealthReportEntry> CheckAsync(Action<LivenessHealthCheckOptions>? configure = null)
    {
        using ServiceProvider services = Services(configure);
        return await CheckAsync(services);
    }

    private static async Task<HealthReportEntry> CheckAsync(ServiceProvider services)
    {
        HealthReport report = await services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        return report.Entries[LivenessHealthChecksBuilderExtensions.DefaultName];
    }

    /// <summary>A wall clock that somebody sets, over time that goes on as it does.</summary>
    private sealed class SetClock(ManualTimeProvider inner) : TimeProvider
    {
        public TimeSpan Offset { get; set; }

        public override long TimestampFrequency => inner.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => inner.GetUtcNow() + Offset;

        public override long GetTimestamp() => inner.GetTimestamp();
    }

    private ServiceProvider Services(Action<LivenessHealthCheckOptions>? configure, HealthStatus? failureStatus = null, IEnumerable<string>? tags = null)
    {
        ServiceCollection services = new();
        services.AddLogging();
        services.AddSingleton<TimeProvider>(_clock);
        services.AddSingleton<ILivenessFactory>(_factory);
        services.AddHealthChecks().AddLiveness(configure, failureStatus: failureStatus, tags: tags);
        return services.BuildServiceProvider();
    }
}
