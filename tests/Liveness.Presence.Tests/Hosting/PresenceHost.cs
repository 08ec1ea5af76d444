using Liveness.Presence.Tests.Support;
using Liveness.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Liveness.Presence.Tests.Hosting;

/// <summary>A host with presence, as an application has it, and devices over networks in memory.</summary>
internal sealed class PresenceHost : IAsyncDisposable
{
    public static readonly TimeSpan Safety = TimeSpan.FromSeconds(60);

    private readonly IHost _host;
    private readonly LivenessFactory _peers = new(new LivenessOptions());
    private readonly List<InMemoryLink> _links = [];

    private PresenceHost(IHost host, ListLogger log) => (_host, Log) = (host, log);

    public ListLogger Log { get; }

    public IPresence Presence => _host.Services.GetRequiredService<IPresence>();

    public IServiceProvider Services => _host.Services;

    public static async Task<PresenceHost> StartAsync(
        IPresenceStore store, string? gateway, Action<PresenceOptions>? configure = null, Action<IServiceCollection>? add = null)
    {
        ListLogger log = new();
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddLogging(logging => logging.AddProvider(log));
        builder.Services.AddLiveness("devices");
        builder.Services.AddLiveness("others");
        builder.Services.AddSingleton(store);
        builder.Services.AddLivenessPresence(options =>
        {
            options.Gateway = gateway;
            options.DetectWithin = TimeSpan.FromSeconds(2);
            configure?.Invoke(options);
        });
        add?.Invoke(builder.Services);
        PresenceHost host = new(builder.Build(), log);
        await host._host.StartAsync();
        return host;
    }

    public async Task<(LivenessConnection Own, InMemoryLink Link)> AttachAsync(string? ownId, string name = "devices")
    {
        InMemoryLink link = InMemoryLink.Create();
        _links.Add(link);
        ILivenessFactory factory = _host.Services.GetRequiredService<ILivenessFactory>();
        Task<LivenessConnection> attaching = factory.AttachAsync(new AttachTarget(link.Server) { OwnId = ownId }, name);
        await _peers.AttachAsync(link.Client).WaitAsync(Safety);
        return (await attaching.WaitAsync(Safety), link);
    }

    public async Task<PresenceEntry?> UntilAsync(string key, Func<PresenceEntry?, bool> reached)
    {
        using CancellationTokenSource tooLate = new(Safety);
        while (true)
        {
            PresenceEntry? entry = await Presence.FindAsync(key);
            if (reached(entry))
            {
                return entry;
            }

            tooLate.IsCancellationRequested.Should().BeFalse($"the view still says {entry}");
            await Task.Delay(20);
        }
    }

    public Task StopAsync() => _host.StopAsync();

    public async ValueTask DisposeAsync()
    {
        _host.Dispose();
        await _peers.DisposeAsync();
        _links.ForEach(static link => link.Dispose());
    }
}
