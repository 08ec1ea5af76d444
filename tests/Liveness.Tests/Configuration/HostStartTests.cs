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

    [Theory]
    [InlineData("a section that does not exist", "{}", "There is no \"Liveness:Devices\" in the configuration.")]
    [InlineData("a misspelt section", """{ "Liveness": { "Device": { "DetectWithin": "00:00:05" } } }""", "Did you mean \"Liveness:Device\"?")]
    [InlineData("a section one level too high", """{ "Devices": { "DetectWithin": "00:00:05" } }""", "Did you mean \"Devices\"?")]
    [InlineData("settings one level too deep", """{ "Liveness": { "Devices": { "Devices": { "DetectWithin": "00:00:05" } } } }""", "bind \"Liveness:Devices:Devices\" in place of \"Liveness:Devices\"")]
    [InlineData("a text in place of a section", """{ "Liveness": { "Devices": "00:00:05" } }""", "Liveness:Devices is a single value, but must be a section")]
    [InlineData("a list in place of a section", """{ "Liveness": { "Devices": [ { "DetectWithin": "00:00:05" } ] } }""", "Liveness:Devices:0 is no setting")]
    [InlineData("a misspelt setting", """{ "Liveness": { "Devices": { "DetectWithn": "00:00:05" } } }""", "Liveness:Devices:DetectWithn is no setting: did you mean \"DetectWithin\"?")]
    [InlineData("a misspelt setting in a part", """{ "Liveness": { "Devices": { "Heartbeat": { "HandshakTimeout": "00:00:05" } } } }""", "Liveness:Devices:Heartbeat:HandshakTimeout is no setting: did you mean \"HandshakeTimeout\"?")]
    [InlineData("a misspelt part", """{ "Liveness": { "Devices": { "Keepalives": { "Policy": "Require" } } } }""", "did you mean \"KeepAlive\"?")]
    [InlineData("a setting of a part outside of it", """{ "Liveness": { "Devices": { "HandshakeTimeout": "00:00:05" } } }""", "HandshakeTimeout belongs to \"Liveness:Devices:Heartbeat:HandshakeTimeout\"")]
    [InlineData("a text in place of a part", """{ "Liveness": { "Devices": { "SideChannel": "7001" } } }""", "Liveness:Devices:SideChannel is a single value, but must be a section with Listen, Connect, Client, Listener.")]
    [InlineData("a part in place of a value", """{ "Liveness": { "Devices": { "DetectWithin": { "Seconds": "5" } } } }""", "Liveness:Devices:DetectWithin is a section, but must be a single value.")]
    [InlineData("a misspelt mode", """{ "Liveness": { "Devices": { "Mode": "In-Band" } } }""", "Liveness:Devices:Mode is \"In-Band\", but must be InBand, SideChannel or KernelOnly. Did you mean \"InBand\"?")]
    [InlineData("an action that there is not", """{ "Liveness": { "Devices": { "OnLoss": "Close" } } }""", "Liveness:Devices:OnLoss is \"Close\", but must be Abort or LeaveOpen.")]
    [InlineData("a policy that there is not", """{ "Liveness": { "Devices": { "KeepAlive": { "Policy": "Best" } } } }""", "must be Require or BestEffort")]
    [InlineData("a duration with a unit", """{ "Liveness": { "Devices": { "DetectWithin": "5s" } } }""", "Liveness:Devices:DetectWithin is \"5s\", but durations are written hours:minutes:seconds: \"00:00:05\", or \"Infinite\".")]
    [InlineData("minutes for seconds", """{ "Liveness": { "Devices": { "DetectWithin": "00:05" } } }""", "write \"00:00:05\" or \"00:05:00\", as you mean it")]
    [InlineData("days for seconds", """{ "Liveness": { "Devices": { "SideChannel": { "Client": { "Linger": "1" } } } } }""", "did you mean \"00:00:01\"?")]
    [InlineData("an end that must be", """{ "Liveness": { "Devices": { "Heartbeat": { "HandshakeTimeout": "Infinite" } } } }""", "HandshakeTimeout is \"Infinite\", but needs an end")]
    [InlineData("a cure in words of code", """{ "Liveness": { "Devices": { "DetectWithin": "00:00:00" } } }""", "Use \"Infinite\" to switch the heartbeat off.")]
    [InlineData("a number in words", """{ "Liveness": { "Devices": { "Heartbeat": { "ReceiveWindow": "64K" } } } }""", "Liveness:Devices:Heartbeat:ReceiveWindow is \"64K\", but must be a whole number.")]
    [InlineData("two modes at once", """{ "Liveness": { "Devices": { "Mode": "InBand,KernelOnly" } } }""", "Liveness:Devices:Mode is \"InBand,KernelOnly\", but must be InBand, SideChannel or KernelOnly.")]
    [InlineData("a bare number", """{ "Liveness": { "Devices": { "DetectWithin": 30 } } }""", "Liveness:Devices:DetectWithin is 30.00:00:00, but must be")]
    [InlineData("a value out of its range", """{ "Liveness": { "Devices": { "Heartbeat": { "CloseTimeout": "02:00:00" } } } }""", "Liveness:Devices:Heartbeat:CloseTimeout is 02:00:00, but must be")]
    [InlineData("no limit where there is one", """{ "Liveness": { "Devices": { "Mode": "KernelOnly", "DetectWithin": "Infinite" } } }""", "Liveness:Devices:DetectWithin is \"Infinite\", but Mode KernelOnly")]
    [InlineData("neither end of a side channel", """{ "Liveness": { "Devices": { "Mode": "SideChannel" } } }""", "Liveness:Devices:SideChannel:Listen is null and SideChannel:Connect is null")]
    [InlineData("a secret that is too short", """{ "Liveness": { "Devices": { "Mode": "SideChannel", "SideChannel": { "Connect": "1", "Client": { "SharedSecret": "x" } } } } }""", "Liveness:Devices:SideChannel:Client:SharedSecret has 1 byte")]
    public async Task A_host_does_not_start_with(string what, string json, string told)
    {
        using IHost host = HostWith(json);

        Func<Task> starting = () => host.StartAsync().WaitAsync(s_safety);

        (await starting.Should().ThrowAsync<OptionsValidationException>(what)).Which.Message.Should().Contain(told).And.Contain("devices: ");
    }

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
            "The settings of 'devices': DetectWithin 00:00:05, Mode InBand, OnLoss Abort, Heartbeat:StalledAfter Infinite, SideChannel:Client:SharedSecret (set); all others are at their defaults");
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
