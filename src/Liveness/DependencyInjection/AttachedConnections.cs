using System.Collections.Concurrent;

namespace Liveness;

/// <summary>The connections that a factory has attached and that live, and the losses of those that don't.</summary>
/// <param name="timeProvider">The clock; guarded.</param>
/// <param name="queue">Where a connection is cut off.</param>
/// <param name="logger">Told what fails there.</param>
/// <param name="listeners">Told of each connection.</param>
internal sealed class AttachedConnections(
    TimeProvider timeProvider, WorkQueue queue, GuardedLogger logger, ConnectionListeners listeners)
{
    private readonly ConcurrentDictionary<long, LivenessConnection> _connections = [];
    private readonly LossLedger _losses = new(timeProvider);
    private readonly Lock _gate = new();

    /// <summary>Interlocked.</summary>
    private long _lastId;

    /// <summary>Under the lock. Attaches that had begun before a drain, and have not come to an end.</summary>
    private int _attaching;

    /// <summary>Under the lock. Of a drain that such an attach holds up; null = there is none.</summary>
    private TaskCompletionSource? _attached;

    /// <summary>Set once, under the lock, before the connections that are there are told: what is added later finds it. Read without it.
    /// </summary>
    private volatile Drain? _drain;

    /// <summary>Null = nobody has asked for one.</summary>
    public Drain? Drain => _drain;

    public IReadOnlyCollection<LivenessConnection> All => [.. _connections.Values];

    /// <summary>The newest first.</summary>
    public IReadOnlyList<RecordedLoss> RecentLosses => _losses.Recorded;

    public LossHistory LossHistory => _losses.History;

    /// <summary>A drain waits for it, unless that has begun already: then it tells its peer by itself, and nobody waits.</summary>
    /// <returns>To be disposed when it has come to an end, of whatever kind.</returns>
    public AttachUnderWay BeginAttach()
    {
        lock (_gate)
        {
            if (_drain is not null)
            {
                return default;
            }

            _attaching++;
            return new AttachUnderWay(this);
        }
    }

    /// <summary>By <see cref="AttachUnderWay"/> alone.</summary>
    public void EndAttach()
    {
        TaskCompletionSource? attached;
        lock (_gate)
        {
            attached = --_attaching == 0 ? _attached : null;
        }

        attached?.SetResult();
    }

    /// <param name="named">Whose settings.</param>
    /// <param name="settings">By which it was attached.</param>
    /// <param name="description">Empty = none.</param>
    /// <param name="attached">What is watched already.</param>
    public LivenessConnection Add(NamedLiveness named, LivenessSettings settings, string description, AttachedConnection attached)
    {
        LivenessConnection connection = new(
            Interlocked.Increment(ref _lastId), named.Name, settings.Mode, description, timeProvider, attached);
        _connections[connection.Id] = connection;
        if (_drain is { } drain)
        {
            attached.LeaveWith(drain.NextWord());
        }

        BeginStory(connection);
        _ = Detached.Run(
            static following => following.Owner.FollowAsync(following.connection, following.settings),
            (Owner: this, connection, settings));

        // Settings that came while it was being attached.
        if (named.Settings.For(connection.Mode) is { } newest && newest != settings)
        {
            attached.Change(newest);
        }

        return connection;
    }

    /// <summary>Whoever closes one of these connections from now on tells its peer that the program is going away.</summary>
    /// <returns>Completes when the attaches that are under way have come to an end: with a peer that was told, or without one.</returns>
    public Task BeginLeaving(Drain drain)
    {
        Task attached;
        lock (_gate)
        {
            _drain = drain;
            _attached = _attaching == 0 ? null : new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            attached = _attached?.Task ?? Task.CompletedTask;
        }

        foreach (LivenessConnection connection in _connections.Values)
        {
            connection.Attached.LeaveWith(drain.NextWord());
        }

        return attached;
    }

    /// <summary>New settings of a name, for those that are watched in the same mode, or are plain peers.</summary>
    /// <returns>How many were told.</returns>
    public int Change(string name, LivenessSettings settings)
    {
        int told = 0;
        foreach (LivenessConnection connection in _connections.Values.Where(one => one.Name == name))
        {
            if (settings.For(connection.Mode) is { } its)
            {
                connection.Attached.Change(its);
                told++;
            }
        }

        return told;
    }

    private void BeginStory(LivenessConnection connection)
    {
        if (!listeners.IsEmpty)
        {
            ConnectionStory story = new(connection, listeners);
            connection.Monitor.Observe(story);
            story.Attach();
        }
    }

    private async Task FollowAsync(LivenessConnection connection, LivenessSettings settings)
    {
        ConnectionLoss? loss = await connection.Monitor.Completion.ConfigureAwait(false);
        if (loss is not null)
        {
            _losses.Add(new RecordedLoss(connection, loss));
        }

        // Last: whoever looks finds it here or there.
        _connections.TryRemove(connection.Id, out _);
        if (loss is not null && settings.OnLoss == LossAction.Abort)
        {
            // How to cut it off may be code of the application.
            queue.PostForeign(ForeignLane.Calls, new ForeignCall(
                () => ForeignCode.Call(connection.Attached.CutOffNow, logger, "Abort", () => connection.Monitor.Label)));
        }

        // Found at the monitor: a reference of its own would cost every connection eight bytes.
        (connection.Monitor.OwnIdObserver as ConnectionStory)?.End(loss);
    }
}
