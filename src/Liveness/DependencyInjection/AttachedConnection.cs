namespace Liveness;

/// <summary>What stands behind a <see cref="LivenessConnection"/>, by mode.</summary>
internal abstract class AttachedConnection : IAsyncDisposable
{
    private readonly Lock _changing = new();

    /// <summary>Under the lock.</summary>
    private long _version;

    public abstract Stream Stream { get; }

    public abstract ConnectionMonitor Monitor { get; }

    /// <summary>As <see cref="LivenessConnection.DisposeAsync"/>.</summary>
    public abstract ValueTask DisposeAsync();

    /// <summary>As <see cref="LivenessConnection.CloseAsync"/>.</summary>
    public abstract Task<CloseResult?> CloseAsync(CancellationToken cancellationToken);

    /// <summary>As <see cref="LivenessConnection.AbortAsync"/>.</summary>
    public abstract ValueTask AbortAsync(string? reason);

    /// <summary>New settings, of the same mode: what a live connection can take over. Older ones that come late are ignored.</summary>
    public void Change(LivenessSettings settings)
    {
        lock (_changing)
        {
            if (settings.Version > _version)
            {
                _version = settings.Version;
                Apply(settings);
            }
        }
    }

    /// <summary>On the pool, once, after a loss for which <see cref="LossAction.Abort"/> is set: see <see cref="CutOff"/>.</summary>
    public abstract void CutOffNow();

    public static ValueTask CloseUnlessLeftOpenAsync(LivenessTarget target) =>
        target.LeaveOpen ? ValueTask.CompletedTask : CloseAsync(target);

    protected abstract void Apply(LivenessSettings settings);

    /// <summary>
    /// Never fails, and does not wait for ever: a stream may have to write before it closes, to a peer that takes nothing, or block.
    /// </summary>
    protected static async ValueTask CloseAsync(LivenessTarget target)
    {
        if (target.Stream is { } stream)
        {
            using CancellationTokenSource tooLate = new(HeartbeatDefaults.CloseTimeout, TimeProvider.System);
            await ForeignCode.CallAsync(WorkQueue.ThreadPool, _ => DisposeAsync(stream), tooLate.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        target.Socket?.Dispose();
    }

    private static async Task DisposeAsync(Stream stream) => await stream.DisposeAsync().ConfigureAwait(false);
}
