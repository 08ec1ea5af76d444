using Liveness.KeepAlive;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Liveness.Tests.DependencyInjection;

public sealed class AddLivenessTests
{
    private static readonly TimeSpan s_safety = TimeSpan.FromSeconds(10);

    [Fact]
    public void A_name_that_is_added_twice_is_registered_once_and_its_configurations_add_up()
    {
        ServiceCollection once = [];
        once.AddLiveness("devices", options => options.DetectWithin = TimeSpan.FromSeconds(3));
        ServiceCollection twice = [];
        twice.AddLiveness("devices", options => options.DetectWithin = TimeSpan.FromSeconds(3));
        twice.AddLiveness("devices", options => options.OnLoss = LossAction.ReportOnly);

        twice.Should().HaveCount(once.Count + 1, "only the second configuration is new");
        using ServiceProvider provider = twice.BuildServiceProvider();
        provider.GetServices<ILivenessFactory>().Should().ContainSingle();
        LivenessOptions options = provider.GetRequiredService<IOptionsMonitor<LivenessOptions>>().Get("devices");
        (options.DetectWithin, options.OnLoss).Should().Be((TimeSpan.FromSeconds(3), LossAction.ReportOnly));
    }

    [Fact]
    public async Task A_host_does_not_start_with_settings_that_are_not_valid_and_says_all_that_is_wrong()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Liveness:Devices:DetectWithin"] = "30",
            ["Liveness:Devices:OnLoss"] = "9",
        });
        builder.Services.AddLiveness("devices").BindConfiguration("Liveness:Devices");
        using IHost host = builder.Build();

        Func<Task> starting = () => host.StartAsync().WaitAsync(s_safety);

        (await starting.Should().ThrowAsync<OptionsValidationException>()).Which.Failures.Should().Equal(
            "devices: Liveness:Devices:DetectWithin is \"30\", but must be hours:minutes:seconds, at least \"00:00:00.1\" and less than \"1.00:00:00\", or \"Infinite\". A bare number would count days: did you mean \"00:00:30\"?",
            "devices: Liveness:Devices:OnLoss is \"9\", but must be \"Abort\" or \"ReportOnly\".");
    }

    [Fact]
    public void Ten_settings_of_a_file_reach_every_part()
    {
        ConfigurationManager configuration = new();
        configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["L:DetectWithin"] = "00:00:05",
            ["L:Mode"] = "InBand",
            ["L:OnLoss"] = "ReportOnly",
            ["L:Heartbeat:HandshakeTimeout"] = "00:00:07",
            ["L:Heartbeat:RequireBound"] = "true",
            ["L:Heartbeat:MaxReceiveWindow"] = "1048576",
            ["L:KeepAlive:Policy"] = "Require",
            ["L:KeepAlive:DetectWithin"] = "00:01:00",
            ["L:SideChannel:Connect"] = "7001",
            ["L:SideChannel:Client:SharedSecret"] = "0123456789abcdef",
        });
        ServiceCollection services = [];
        services.AddSingleton<IConfiguration>(configuration);
        services.AddLiveness().BindConfiguration("L");
        using ServiceProvider provider = services.BuildServiceProvider();

        LivenessOptions options = provider.GetRequiredService<IOptions<LivenessOptions>>().Value;

        (options.DetectWithin, options.Mode, options.OnLoss).Should().Be((TimeSpan.FromSeconds(5), LivenessMode.InBand, LossAction.ReportOnly));
        (options.Heartbeat.HandshakeTimeout, options.Heartbeat.RequireBound, options.Heartbeat.MaxReceiveWindow, options.Heartbeat.DetectWithin).Should().Be((TimeSpan.FromSeconds(7), true, 1 << 20, null));
        (options.KeepAlive.Policy, options.KeepAlive.DetectWithin).Should().Be((TcpKeepAlivePolicy.Require, TimeSpan.FromMinutes(1)));
        (options.SideChannel.Connect, options.SideChannel.Client.SharedSecret, options.SideChannel.Client.DetectWithin).Should().Be(("7001", "0123456789abcdef", null));
        options.Heartbeat.TimeProvider.Should().BeSameAs(TimeProvider.System);
    }

    [Fact]
    public async Task A_name_that_was_never_added_is_refused_with_those_that_are_known()
    {
        ServiceCollection services = [];
        services.AddLiveness("devices");
        services.AddLiveness("backends");
        await using ServiceProvider provider = services.BuildServiceProvider();

        Func<Task> attaching = () => provider.GetRequiredService<ILivenessFactory>().AttachAsync(new MemoryStream(), "device");

        (await attaching.Should().ThrowAsync<ArgumentException>()).WithMessage("Nothing is configured for the name \"device\". Known: \"devices\", \"backends\". Call services.AddLiveness(\"device\").*");
    }

    [Fact]
    public void The_container_may_be_disposed_without_waiting()
    {
        ServiceCollection services = [];
        services.AddLiveness();
        ServiceProvider provider = services.BuildServiceProvider();
        provider.GetRequiredService<ILivenessFactory>();

        Action disposing = provider.Dispose;

        disposing.Should().NotThrow();
    }

    [Fact]
    public void Settings_that_are_not_valid_are_refused_without_a_host_too()
    {
        Action making = () => _ = new LivenessFactory(new LivenessOptions { DetectWithin = TimeSpan.Zero });

        making.Should().Throw<OptionsValidationException>().WithMessage("DetectWithin is 00:00:00, but must be at least 00:00:00.1000000*");
    }
}
