using System.Diagnostics;
using System.Globalization;
using Liveness.SideChannel;

namespace Liveness.Benchmarks;

/// <summary>Waits for the loss of every connection, and watches meanwhile how late the scheduler wakes others.</summary>
internal sealed class SideLosses : SchedulerEntry
{
    private static readonly TimeSpan s_every = TimeSpan.FromMilliseconds(10);

    private readonly LivenessScheduler _scheduler = LivenessScheduler.For(TimeProvider.System);
    private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly int _expected;
    private Instant _due;
    private TimeSpan _latest;
    private long _first;
    private long _last;
    private int _lost;
    private int _batches;
    private int _largest;

    public SideLosses(SideChannelClient client, SideWatch[] watched)
    {
        _expected = watched.Length;
        client.PeerLost += OnPeerLost;
        foreach (SideWatch connection in watched)
        {
            connection.Monitor.ConnectionLost += OnLost;
        }

        _due = _scheduler.Now + s_every;
        _scheduler.Register(this, s_every);
        _scheduler.Schedule(this, _due);
    }

    /// <returns>
    /// When the first and the last event came, by <see cref="Stopwatch"/>; batches, the largest of them, and the longest delay of the
    /// scheduler in milliseconds.
    /// </returns>
    public async Task<string> AllAsync()
    {
        await _all.Task;
        await Task.Delay(s_every * 10);
        return string.Create(CultureInfo.InvariantCulture, $"{_first} {_last} {_batches} {_largest} {_latest.TotalMilliseconds}");
    }

    public override Instant OnDue(Instant now)
    {
        TimeSpan late = _scheduler.Now - _due;
        _latest = late > _latest ? late : _latest;
        _due = _scheduler.Now + s_every;
        return _due;
    }

    private void OnLost(object? sender, ConnectionLostEventArgs e)
    {
        long now = Stopwatch.GetTimestamp();
        Interlocked.CompareExchange(ref _first, now, 0);
        Volatile.Write(ref _last, now);
        if (Interlocked.Increment(ref _lost) == _expected)
        {
            _all.TrySetResult();
        }
    }

    private void OnPeerLost(object? sender, SidePeerLostEventArgs e)
    {
        _batches++;
        _largest = Math.Max(_largest, e.Connections.Count);
    }
}
