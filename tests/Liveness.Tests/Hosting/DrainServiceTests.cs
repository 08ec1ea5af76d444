using Liveness.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Liveness.Tests.Hosting;

/// <summary>A host that stops tells its peers first.</summary>
public sealed class DrainServiceTests
{
    private static readonly TimeSpan s_safety = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Peers_are_told_before_any_service_of_the_host_is_stopped()
    {
        using InMemoryLink link = InMemoryLink.Create();
        using LivenessFactory peers = new(new LivenessOptions());
        LivenessConnection? peer = null;
        Watcher watcher = new(() => peer!.Monitor.PeerGoingAway);
        using IHost host = Build(builder =>
        {
            builder.AddHostedService(_ => watcher);
            builder.AddLiveness();
            builder.AddLivenessDrain(drain => drain.Text = "a new version");
        });
        await host.StartAsync();
        Task<LivenessConnection> own = host.Services.GetRequiredService<ILivenessFactory>().AttachAsync(link.Client);
        peer = await peers.AttachAsync(link.Server);
        await own;

        await host.StopAsync().WaitAsync(s_safety);

        watcher.Found!.Text.Should().Be("a new version");
    }

    [Fact]
    public async Task A_host_without_a_factory_does_not_start_and_says_what_is_missing()
    {
        using IHost host = Build(builder => builder.AddLivenessDrain());
        Func<Task> start = () => host.StartAsync();

        await start.Should().ThrowAsync<InvalidOperationException>().WithMessage("*AddLiveness*");
    }

    [Fact]
    public async Task Options_that_make_no_sense_are_refused_when_the_host_starts()
    {
        using IHost host = Build(builder =>
        {
            builder.AddLiveness("devices");
            builder.AddLivenessDrain(drain =>
            {
                drain.Within = TimeSpan.FromDays(1);
                drain.Names = ["device"];
            });
        });
        Func<Task> start = () => host.StartAsync();

        (await start.Should().ThrowAsync<OptionsValidationException>()).Which.Failures.Should().HaveCount(2)
            .And.ContainMatch("Within = 1.00:00:00*").And.ContainMatch("*devices*");
    }

    [Fact]
    public async Task A_host_that_was_never_started_can_be_stopped()
    {
        using IHost host = Build(builder =>
        {
            builder.AddLiveness();
            builder.AddLivenessDrain();
        });

        await host.StopAsync().WaitAsync(s_safety);
    }

    private static IHost Build(Action<IServiceCollection> add)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        add(builder.Services);
        return builder.Build();
    }

    /// <summary>Looks when it is stopped.</summary>
    private sealed class Watcher(Func<PeerGoingAway?> look) : IHostedService
    {
        public PeerGoingAway? Found { get; private set; }

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken)
        {
            Found = look();
            return Task.CompletedTask;
        }
    }
}
