namespace Liveness;

/// <summary>Takes leave of every peer of a factory, at once and within a bound.</summary>
/// <param name="options">Checked, and nobody else's: read while it runs.</param>
/// <param name="connections">Of the factory.</param>
/// <param name="timeProvider">The clock; guarded.</param>
/// <param name="logger">Told of the begin and of the end, in a line each.</param>
internal sealed class Drain(DrainOptions options, AttachedConnections connections, TimeProvider timeProvider, GuardedLogger logger)
{
    /// <summary>For what is cut off to be so.</summary>
    private static readonly TimeSpan s_cutOffPatience = TimeSpan.FromSeconds(1);

    private readonly TaskCompletionSource<DrainResult> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whoever cancels a token cuts off on its own thread, as by every token.</summary>
    private readonly TaskCompletionSource _cutOff = new();

    /// <summary>What one peer is told: each has a time of its own.</summary>
    public LastWord NextWord()
    {
        TimeSpan? after = options.ReconnectAfter is { } least
            ? least + TimeSpan.FromMilliseconds(Math.Floor(Random.Shared.NextDouble() * options.ReconnectSpread.TotalMilliseconds))
            : null;
        return new LastWord(GoodbyeCode.GoingAway, options.Text, after);
    }

    /// <summary>By everybody who asks for it, the first included.</summary>
    /// <param name="cancellationToken">Cuts off what is not closed yet.</param>
    public async Task<DrainResult> WaitAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(
            static cutOff => ((TaskCompletionSource)cutOff!).TrySetResult(), _cutOff);
        return await _result.Task.ConfigureAwait(false);
    }

    /// <summary>Once. How it goes is told by <see cref="WaitAsync"/>.</summary>
    public async Task RunAsync()
    {
        try
        {
            _result.SetResult(await TakeLeaveAsync().ConfigureAwait(false));
        }
        catch (Exception failure)
        {
            _result.SetException(failure);
        }
    }

    private async Task<DrainResult> TakeLeaveAsync()
    {
        Instant begun = Instant.Now(timeProvider);
        Task attached = connections.BeginLeaving(this);
        LivenessConnection[] all = [.. connections.All.Where(one => options.Names is not { } names || names.Contains(one.Name))];
        LivenessConnection[] told = [.. all.Where(static one => one.Mode == LivenessMode.InBand)];
        FactoryLog.DrainBegun(logger, told.Length, options.Within);

        // Before anybody is waited for.
        Task closed = Task.WhenAll(
            [attached, .. Array.ConvertAll(told, one => one.Attached.CloseAsync(NextWord(), CancellationToken.None))]);
        await ForeignCode.WaitAsync(Task.WhenAny(closed, _cutOff.Task), options.Within, timeProvider).ConfigureAwait(false);
        if (!closed.IsCompleted)
        {
            Task cutOff = Task.WhenAll(told.Select(one => one.AbortAsync(options.Text).AsTask()));
            await ForeignCode.WaitAsync(Task.WhenAll(closed, cutOff), s_cutOffPatience, timeProvider).ConfigureAwait(false);
        }

        int lost = told.Count(static one => one.Monitor.Loss is not null);
        int confirmed = told.Count(static one => one.Monitor is { Loss: null, CloseResult.IsConfirmed: true });
        DrainResult result = new(
            confirmed, told.Length - lost - confirmed, lost, all.Length - told.Length, Instant.Now(timeProvider) - begun);
        FactoryLog.DrainEnded(
            logger, result.Connections, result.Took, result.Confirmed, result.NotConfirmed, result.Lost, result.NotTold);
        return result;
    }
}
