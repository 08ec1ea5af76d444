namespace Liveness;

/// <summary>What stands behind a <see cref="LivenessConnection"/>, by mode.</summary>
internal abstract class AttachedConnection : IAsyncDisposable
{
    private readonly Lock _gate = new();

    /// <summary>Under the lock. Of the newest settings that came.</summary>
    private long _version;

    /// <summary>Under the lock. To be taken over; null = nothing new.</summary>
    private LivenessSettings? _newest;

    /// <summary>Under the lock. A thread is at it, and takes over what comes meanwhile.</summary>
    private bool _isChanging;

    public abstract Stream Stream { get; }

    public abstract ConnectionMonitor Monitor { get; }

    /// <summary>Its loss is noticed without anybody reading or writing.</summary>
    public virtual bool IsWatched => true;

    /// <summary>As <see cref="LivenessConnection.DisposeAsync"/>.</summary>
    public abstract ValueTask DisposeAsync();

    /// <summary>As <see cref="LivenessConnection.DetachAsync"/>.</summary>
    public abstract ValueTask DetachAsync();

    /// <summary>As <see cref="LivenessConnection.CloseAsync(CancellationToken)"/>.</summary>
    /// <param name="word">What the peer is told, where it can be; null = nothing of its own.</param>
    /// <param name="cancellationToken">Ends the waiting, not the close.</param>
    public abstract Task<CloseResult?> CloseAsync(LastWord? word, CancellationToken cancellationToken);

    /// <summary>Whoever closes it from now on says this, unless it says something of its own.</summary>
    public virtual void LeaveWith(LastWord word)
    {
    }

    /// <summary>As <see cref="LivenessConnection.AbortAsync"/>.</summary>
    public abstract ValueTask AbortAsync(string? reason);

    /// <summary>New settings, of the same mode: what a live connection can take over. Older ones that come late are ignored;
    /// of those that come while others are being taken over, the newest is taken over next.</summary>
    public void Change(LivenessSettings settings)
    {
        lock (_gate)
        {
            if (settings.Version <= _version)
            {
                return;
            }

            _version = settings.Version;
            _newest = settings;
            if (_isChanging)
            {
                return;
            }

            _isChanging = true;
        }

        while (TakeNewest() is { } newest)
        {
            Apply(newest);
        }
    }

    /// <summary>On the pool, once, after a loss for which <see cref="LossAction.Abort"/> is set: see <see cref="CutOff"/>.</summary>
    public abstract void CutOffNow();

    public static ValueTask CloseUnlessLeftOpenAsync(AttachTarget target) =>
        target.LeaveOpen ? ValueTask.CompletedTask : CloseAsync(target);

    /// <summary>By one thread at a time, under no lock. Never throws.</summary>
    protected abstract void Apply(LivenessSettings settings);

    /// <summary>
    /// Never fails, and does not wait for ever: a stream may have to write before it closes, to a peer that takes nothing, or block.
    /// </summary>
    protected static async ValueTask CloseAsync(AttachTarget target)
    {
        if (target.Stream is { } stream)
        {
            using CancellationTokenSource tooLate = new(HeartbeatDefaults.CloseTimeout, TimeProvider.System);
            await ForeignCode.CallAsync(WorkQueue.ThreadPool, _ => DisposeAsync(stream), tooLate.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        target.Socket?.Dispose();
    }

    private LivenessSettings? TakeNewest()
    {
        lock (_gate)
        {
            LivenessSettings? newest = _newest;
            _newest = null;
            _isChanging = newest is not null;
            return newest;
        }
    }

    private static async Task DisposeAsync(Stream stream) => await stream.DisposeAsync().ConfigureAwait(false);
}
