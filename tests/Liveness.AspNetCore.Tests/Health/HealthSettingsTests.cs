using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Liveness.AspNetCore.Tests.Health;

/// <summary>A check whose options, or whose clock, fail while the application runs.</summary>
public sealed class HealthSettingsTests : IDisposable
{
    private const string GraceTime = "Check:GraceTime";

    private readonly RecordedLogs _logs = new();
    private readonly StagedFactory _factory = new();
    private readonly IConfigurationRoot _configuration =
        new ConfigurationBuilder().AddInMemoryCollection([new(GraceTime, "00:01:00")]).Build();

    [Fact]
    public async Task A_change_that_is_not_valid_is_logged_once_and_the_last_good_options_stay()
    {
        _factory.Add("upstream");
        await using ServiceProvider services = Services(TimeProvider.System);
        (await CheckAsync(services)).Status.Should().Be(HealthStatus.Healthy);

        Change("31.00:00:00");
        (await CheckAsync(services)).Status.Should().Be(HealthStatus.Healthy);
        (await CheckAsync(services)).Status.Should().Be(HealthStatus.Healthy);
        Refusals().Should().ContainSingle().Which.Should().Contain("'liveness-connections'").And.Contain("GraceTime");

        Change("00:02:00");
        (await CheckAsync(services)).Status.Should().Be(HealthStatus.Healthy);
        Change("nonsense");
        (await CheckAsync(services)).Status.Should().Be(HealthStatus.Healthy);
        Refusals().Should().HaveCount(2, "after good ones it is news again");
    }

    [Fact]
    public async Task Options_that_were_never_valid_fail_the_check()
    {
        _configuration[GraceTime] = "31.00:00:00";
        await using ServiceProvider services = Services(TimeProvider.System);

        HealthReportEntry entry = await CheckAsync(services);

        entry.Status.Should().Be(HealthStatus.Unhealthy);
        entry.Exception.Should().NotBeNull();
        Refusals().Should().BeEmpty("whoever starts the host is told");
    }

    [Fact]
    public async Task A_clock_that_throws_fails_no_check_and_absences_count_on_by_the_system()
    {
        await using ServiceProvider services = Services(new ThrowingClock());
        _configuration["Check:CriticalNames:0"] = "upstream";
        _configuration[GraceTime] = "00:01:00";
        _configuration.Reload();

        HealthReportEntry entry = await CheckAsync(services);

        entry.Exception.Should().BeNull();
        entry.Status.Should().Be(HealthStatus.Degraded);
    }

    public void Dispose() => _logs.Dispose();

    private void Change(string graceTime)
    {
        _configuration[GraceTime] = graceTime;
        try
        {
            _configuration.Reload();
        }
        catch (AggregateException)
        {
            // IOptionsMonitor reads at once, and throws at whoever changes the configuration.
        }
    }

    private string[] Refusals() =>
        [.. _logs.Entries.Where(static entry => entry.EventName == "HealthSettingsRefused").Select(static entry => entry.Text)];

    private static async Task<HealthReportEntry> CheckAsync(ServiceProvider services) =>
        (await services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries[LivenessHealthChecksBuilderExtensions.DefaultName];

    private ServiceProvider Services(TimeProvider timeProvider)
    {
        ServiceCollection services = new();
        services.AddLogging(logging => logging.AddProvider(_logs));
        services.AddSingleton<ILivenessFactory>(_factory).AddSingleton(timeProvider);
        services.AddHealthChecks().AddLiveness();
        services.Configure<LivenessHealthCheckOptions>(LivenessHealthChecksBuilderExtensions.DefaultName, _configuration.GetSection("Check"));
        return services.BuildServiceProvider();
    }

    private sealed class ThrowingClock : TimeProvider
    {
        public override long GetTimestamp() => throw new ObjectDisposedException(nameof(ThrowingClock));

        public override DateTimeOffset GetUtcNow() => throw new ObjectDisposedException(nameof(ThrowingClock));
    }
}
