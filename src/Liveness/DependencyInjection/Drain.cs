namespace Liveness;

/// <summary>Takes leave of every peer of a factory, at once and within a bound.</summary>
/// <param name="options">Checked; read while it runs.</param>
/// <param name="connections">Of the factory.</param>
/// <param name="timeProvider">The clock; guarded.</param>
/// <param name="logger">Told of the begin and of the end, in a line each.</param>
internal sealed class Drain(DrainOptions options, AttachedConnections connections, TimeProvider timeProvider, GuardedLogger logger)
{
    /// <summary>For what is cut off to be so.</summary>
    private static readonly TimeSpan s_cutOffPatience = TimeSpan.FromSeconds(1);

    /// <summary>What one peer is told: each has a time of its own.</summary>
    public LastWord NextWord()
    {
        TimeSpan? after = options.ReconnectAfter is { } least
            ? least + TimeSpan.FromMilliseconds(Math.Floor(Random.Shared.NextDouble() * options.ReconnectSpread.TotalMilliseconds))
            : null;
        return new LastWord(GoodbyeCode.GoingAway, options.Text, after);
    }

    /// <param name="cancellationToken">Cuts off what is not closed yet.</param>
    public async Task<DrainResult> RunAsync(CancellationToken cancellationToken)
    {
        Instant begun = Instant.Now(timeProvider);
        LivenessConnection[] all = [.. connections.All.Where(one => options.Names is not { } names || names.Contains(one.Name))];
        FactoryLog.DrainBegun(logger, all.Length, options.Within);

        // Before anybody is waited for.
        LivenessConnection[] told = [.. all.Where(static one => one.Mode == LivenessMode.InBand)];
        Task closed = Task.WhenAll(Array.ConvertAll(told, one => one.Attached.CloseAsync(NextWord(), CancellationToken.None)));
        await closed.WaitAsync(options.Within, timeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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
