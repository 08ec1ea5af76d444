using Liveness.Presence;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fleet;

/// <summary>Whoever looks at the whole fleet: a dashboard. It has no connections of its own.</summary>
internal sealed class View : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();

    /// <summary>Under the lock.</summary>
    private readonly List<(long At, PresenceChange Change)> _changes = [];
    private Task _watching = Task.CompletedTask;

    private View(WebApplication app, TimeProvider clock) => (_app, _clock) = (app, clock);

    public IPresence Presence => _app.Services.GetRequiredService<IPresence>();

    /// <summary>Of the page.</summary>
    public string Address => $"{_app.Urls.First()}/fleet";

    public static async Task<View> OpenAsync(Arguments arguments, TimeProvider clock, Action<PresenceChange> tell)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{arguments.PagePort ?? 0}");
        builder.Services.AddLivenessPresence(presence =>
        {
            presence.Gateway = null;
            presence.DetectWithin = arguments.DetectWithin;
        }).UseRedis(arguments.Redis!, arguments.Prefix);
        builder.Services.AddHealthChecks().AddLivenessPresence();

        WebApplication app = builder.Build();
        app.MapHealthChecks("/health");
        app.MapLivenessPresence("/fleet");
        await app.StartAsync();
        View view = new(app, clock);
        view._watching = view.WatchAsync(tell);
        return view;
    }

    /// <summary>Completes at Ctrl+C.</summary>
    public Task EndAsync() => _app.WaitForShutdownAsync();

    /// <summary>What was told since then.</summary>
    public IReadOnlyList<(long At, PresenceChange Change)> Since(long moment)
    {
        lock (_gate)
        {
            return [.. _changes.Where(one => one.At >= moment)];
        }
    }

    /// <summary>All devices, by gateway and by what is known of them.</summary>
    public async Task<IReadOnlyDictionary<(string Gateway, PresenceStatus Status), int>> CountAsync()
    {
        Dictionary<(string, PresenceStatus), int> counts = [];
        await foreach (PresenceEntry entry in Presence.ListAsync())
        {
            (string, PresenceStatus) place = (entry.Gateway!, entry.Status);
            counts[place] = counts.GetValueOrDefault(place) + 1;
        }

        return counts;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _app.DisposeAsync();
        _stopping.Dispose();
    }

    private async Task WatchAsync(Action<PresenceChange> tell)
    {
        await foreach (PresenceChange change in Presence.WatchAsync(_stopping.Token))
        {
            lock (_gate)
            {
                _changes.Add((_clock.GetTimestamp(), change));
            }

            tell(change);
        }
    }
}
