namespace Liveness.Tool.IdleLimit;

/// <summary>Plays a search on a path: round after round, the connections of a round side by side.</summary>
internal sealed class SearchRun(IdleSearch search, IIdlePath path, TimeProvider timeProvider, SearchProgress progress)
{
    /// <exception cref="OperationCanceledException">It was stopped; no connection is left.</exception>
    public async Task PlayAsync(CancellationToken stop)
    {
        long begun = timeProvider.GetTimestamp();
        while (search.Begin(timeProvider.GetElapsedTime(begun)) is { Count: > 0 } idles)
        {
            progress.TellRound(search.Rounds, idles);
            using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(stop);
            Dictionary<Task<Trial>, TimeSpan> running = idles.ToDictionary(idle => path.TryAsync(idle, end.Token));
            try
            {
                while (!search.IsRoundOver)
                {
                    Task<Trial> ended = await Task.WhenAny(running.Keys).ConfigureAwait(false);
                    running.Remove(ended, out TimeSpan planned);
                    search.Add(planned, await ended.ConfigureAwait(false));
                    progress.Tell(search.Trials[^1], search.Running.Count > 0 ? search.Running[0] : null);
                }
            }
            finally
            {
                await end.CancelAsync().ConfigureAwait(false);
                await ((Task)Task.WhenAll(running.Keys)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
