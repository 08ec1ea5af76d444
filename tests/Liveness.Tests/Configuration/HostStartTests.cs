using Liveness.Tests.DependencyInjection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Liveness.Tests.Configuration;

/// <summary>A real host that starts with what stands in its configuration: absent is not default.</summary>
public sealed class HostStartTests : IDisposable
{
    private static readonly TimeSpan s_safety = TimeSpan.FromSeconds(30);

    private readonly RecordingLoggers _loggers = new();

    [Fact]
    public async Task Everything_that_is_wrong_is_told_at_once()
    {
        using IHost host = HostWith("""{ "Liveness": { "Devices": { "DetectWithin": "30", "Mode": "Kernel", "Heartbeat": { "Windo": 1 } } } }""");

        Func<Task> starting = () => host.StartAsync().WaitAsync(s_safety);

        (await starting.Should().ThrowAsync<OptionsValidationException>()).Which.Failures.Should().HaveCount(3);
    }

    [Fact]
    public async Task A_host_that_starts_says_once_what_is_in_force()
    {
        using IHost host = HostWith("""{ "Liveness": { "Devices": { "DetectWithin": "00:00:05", "Heartbeat": { "StalledAfter": "Infinite" }, "SideChannel": { "Client": { "SharedSecret": "0123456789abcdef" } } } } }""");

        await host.StartAsync().WaitAsync(s_safety);
        host.Services.GetRequiredService<ILivenessFactory>().Connections.Should().BeEmpty();
        await host.StopAsync().WaitAsync(s_safety);

        await _loggers.Logger.FirstAsync("SettingsInForce");
        _loggers.Logger.Entries.Where(entry => entry.EventName == "SettingsInForce").Should().ContainSingle().Which.Text.Should().Be(
            "The settings of 'devices': Mode InBand, DetectWithin 00:00:05, a beat every 00:00:01, keepalive after 00:00:06, then every 00:00:01, 4 probes, user timeout 00:00:10, OnLoss Abort, Heartbeat:StalledAfter Infinite, SideChannel:Client:SharedSecret (set); all others are at their defaults");
        _loggers.Logger.Entries.Should().NotContain(entry => entry.EventName == "SettingsUnchecked");
    }

    [Theory]
    [InlineData("""{ "Liveness": { "Devices": {} } }""")]
    [InlineData("""{ "Liveness": { "Devices": { "DetectWithin": null, "Heartbeat": {}, "SideChannel": { "Listen": null } } } }""")]
    public async Task Defaults_that_are_written_down_are_meant(string json)
    {
        using IHost host = HostWith(json);

        await host.StartAsync().WaitAsync(s_safety);

        LivenessOptions options = host.Services.GetRequiredService<IOptionsMonitor<LivenessOptions>>().Get("devices");
        options.Should().BeEquivalentTo(new LivenessOptions());
    }

    [Theory]
    [InlineData("""{ "Liveness": { "Devices": { "DetectWithin": "Infinite" } } }""", "Mode InBand, DetectWithin Infinite, no beats, keepalive left as it is, OnLoss Abort;")]
    [InlineData("""{ "Liveness": { "Devices": { "KeepAlive": { "Enabled": false } } } }""", "a beat every 00:00:01, keepalive off, OnLoss Abort, KeepAlive:Enabled false;")]
    [InlineData("""{ "Liveness": { "Devices": { "Heartbeat": { "DetectWithin": "00:00:01" } } } }""", "DetectWithin 00:00:10, a beat every 00:00:00.25, keepalive after 00:00:12, then every 00:00:02, 4 probes, user timeout 00:00:20,")]
    [InlineData("""{ "Liveness": { "Devices": { "Mode": "KernelOnly", "DetectWithin": "00:01:00" } } }""", "Mode KernelOnly, DetectWithin 00:01:00, no beats, keepalive after 00:00:32, then every 00:00:07, 4 probes, user timeout 00:01:00,")]
    [InlineData("""{ "Liveness": { "Devices": { "Mode": "SideChannel", "SideChannel": { "Connect": "7001" } } } }""", "a beat every 00:00:01, keepalive as a witness only,")]
    [InlineData("""{ "Liveness": { "Devices": { "Mode": "SideChannel", "SideChannel": { "Listen": "127.0.0.1:7001", "Listener": { "Witness": false, "DetectWithin": "00:00:02" } } } } }""", "a beat every 00:00:00.5, keepalive left as it is,")]
    public async Task What_is_in_force_is_said_with_what_follows_from_it(string json, string told)
    {
        using IHost host = HostWith(json);

        await host.StartAsync().WaitAsync(s_safety);

        await _loggers.Logger.FirstAsync("SettingsInForce");
        _loggers.Logger.Entries.Where(entry => entry.EventName == "SettingsInForce").Should().ContainSingle().Which.Text.Should().Contain(told).And.NotContain("\n");
    }

    [Theory]
    [InlineData("""{ "Mode": "KernelOnly", "Heartbeat": { "RequireBound": true }, "SideChannel": { "Connect": "7001" } }""", "KernelOnly: Heartbeat:RequireBound, SideChannel:Connect")]
    [InlineData("""{ "SideChannel": { "Listen": "127.0.0.1:7001", "Listener": { "Witness": false } } }""", "InBand: SideChannel:Listen, SideChannel:Listener:Witness")]
    [InlineData("""{ "Mode": "SideChannel", "SideChannel": { "Connect": "7001", "Client": { "Linger": "00:00:01" }, "Listener": { "Witness": false } } }""", "SideChannel: SideChannel:Listener:Witness")]
    public async Task Settings_of_another_mode_are_pointed_at(string devices, string told)
    {
        using IHost host = HostWith($$"""{ "Liveness": { "Devices": {{devices}} } }""");

        await host.StartAsync().WaitAsync(s_safety);

        await _loggers.Logger.FirstAsync("SettingsUnused");
        _loggers.Logger.Entries.Should().ContainSingle(entry => entry.EventName == "SettingsUnused").Which.Text.Should().Be($"Set for 'devices', but without effect in mode {told}");
    }

    [Fact]
    public async Task A_secret_stands_in_no_message()
    {
        using IHost host = HostWith("""{ "Liveness": { "Devices": { "SideChannel": { "Client": { "SharedSecret": "hush" }, "Connect": "7001" }, "Mode": "SideChannel" } } }""");

        Func<Task> starting = () => host.StartAsync().WaitAsync(s_safety);

        (await starting.Should().ThrowAsync<OptionsValidationException>()).Which.Message.Should().Contain("SharedSecret has 4 bytes").And.NotContain("hush");
    }

    [Fact]
    public async Task Settings_that_are_bound_past_the_checks_are_pointed_at()
    {
        HostApplicationBuilder builder = Builder("{}");
        builder.Services.AddLiveness("devices").Bind(builder.Configuration.GetSection("Liveness:Devices"));
        using IHost host = builder.Build();

        await host.StartAsync().WaitAsync(s_safety);

        await _loggers.Logger.FirstAsync("SettingsUnchecked");
        _loggers.Logger.Entries.Should().Contain(entry => entry.EventName == "SettingsUnchecked" && entry.Level == LogLevel.Warning);
    }

    [Fact]
    public void Without_a_configuration_it_says_what_is_needed()
    {
        ServiceCollection services = [];
        services.AddLiveness("devices").BindConfiguration("Liveness:Devices");
        using ServiceProvider provider = services.BuildServiceProvider();

        Action making = () => provider.GetRequiredService<ILivenessFactory>();

        making.Should().Throw<InvalidOperationException>().WithMessage("*IConfiguration*");
    }

    public void Dispose() => _loggers.Dispose();

    private IHost HostWith(string json)
    {
        HostApplicationBuilder builder = Builder(json);
        builder.Services.AddLiveness("devices").BindConfiguration("Liveness:Devices");
        return builder.Build();
    }

    private HostApplicationBuilder Builder(string json)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddJsonStream(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(json)));
        builder.Services.AddSingleton<ILoggerFactory>(_loggers);
        return builder;
    }
}
