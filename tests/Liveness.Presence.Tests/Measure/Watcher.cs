using System.Diagnostics;

namespace Liveness.Presence.Tests.Measure;

/// <summary>Notes what the view tells, and when.</summary>
internal sealed class Watcher : IAsyncDisposable
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(5);

    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();

    /// <summary>Under the lock.</summary>
    private readonly List<(long At, PresenceChange Change)> _changes = [];
    private readonly Task _watching;

    public Watcher(IPresence presence) => _watching = WatchAsync(presence);

    /// <summary>When it was first told after that moment; null = not within that time.</summary>
    public async Task<TimeSpan?> FirstAsync(string gateway, PresenceChangeKind kind, long since, TimeSpan atMost)
    {
        while (Stopwatch.GetElapsedTime(since) < atMost)
        {
            if (Of(gateway, since).Where(one => one.Change.Kind == kind).Select(static one => (long?)one.At).FirstOrDefault() is { } at)
            {
                return Stopwatch.GetElapsedTime(since, at);
            }

            await Task.Delay(s_look);
        }

        return null;
    }

    /// <summary>How many devices of that gateway were said to be gone.</summary>
    public int Gone(string gateway, long since) =>
        Of(gateway, since).Count(static one => one.Change.Entry is { Status: PresenceStatus.Disconnected });

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private List<(long At, PresenceChange Change)> Of(string gateway, long since)
    {
        lock (_gate)
        {
            return [.. _changes.Where(one => one.At >= since && one.Change.Gateway == gateway)];
        }
    }

    private async Task WatchAsync(IPresence presence)
    {
        await foreach (PresenceChange change in presence.WatchAsync(_stopping.Token))
        {
            lock (_gate)
            {
                _changes.Add((Stopwatch.GetTimestamp(), change));
            }
        }
    }
}
