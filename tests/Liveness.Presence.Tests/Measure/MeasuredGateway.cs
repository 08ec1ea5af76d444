using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Liveness.Presence.Tests.Measure;

/// <summary>A process of a fleet as an application has it, whose connections are only said to be there.</summary>
internal sealed class MeasuredGateway : IAsyncDisposable
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(10);

    private readonly IHost _host;

    private MeasuredGateway(IHost host) => _host = host;

    public IServiceProvider Services => _host.Services;

    public IPresence Presence => _host.Services.GetRequiredService<IPresence>();

    private PresenceAgent Agent => _host.Services.GetRequiredService<PresenceAgent>();

    /// <param name="name">Null = it only looks.</param>
    /// <param name="store">Its address.</param>
    /// <param name="prefix">Of all keys.</param>
    public static async Task<MeasuredGateway> StartAsync(string? name, string store, string prefix)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddLiveness("devices");
        builder.Services.AddLivenessPresence(options => options.Gateway = name).UseRedis(store, prefix);
        MeasuredGateway gateway = new(builder.Build());
        await gateway._host.StartAsync();
        if (name is not null)
        {
            await gateway.SettledAsync();
        }

        return gateway;
    }

    public static string Key(int number) => string.Create(CultureInfo.InvariantCulture, $"device-{number:0000000}");

    /// <summary>So many connections come at once.</summary>
    public void Attach(int first, int count)
    {
        for (int number = first; number < first + count; number++)
        {
            Agent.Name(number, Key(number), static now => new OwnConnection("devices", "10.100.100.100:54321", 5_000, now));
        }
    }

    public void End(int first, int count)
    {
        for (int number = first; number < first + count; number++)
        {
            Agent.End(number, static _ => null);
        }
    }

    /// <summary>The store has everything.</summary>
    public async Task SettledAsync()
    {
        while (!Agent.IsSettled)
        {
            await Task.Delay(s_look);
        }
    }

    public async Task<int> CountAsync(string? gateway, PresenceStatus status)
    {
        int count = 0;
        await foreach (PresenceEntry entry in Presence.ListAsync(new PresenceFilter { Gateway = gateway }))
        {
            count += entry.Status == status ? 1 : 0;
        }

        return count;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
