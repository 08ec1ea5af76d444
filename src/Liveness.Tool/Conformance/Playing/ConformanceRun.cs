using System.Collections.Concurrent;

namespace Liveness.Tool.Conformance;

/// <summary>Plays all cases against one testee, several at once, each on a connection of its own and within its own time.</summary>
internal sealed class ConformanceRun(ITestee testee, int atOnce, TimeProvider timeProvider, Action<CaseResult> onResult)
{
    private const int MostTimes = 3;

    private static readonly TimeSpan s_longestCase = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan s_disturbing = TimeSpan.FromMilliseconds(150);

    /// <returns>In the order of the cases.</returns>
    public async Task<IReadOnlyList<CaseResult>> PlayAsync(IReadOnlyList<ConformanceCase> cases, CancellationToken cancellationToken)
    {
        ConcurrentDictionary<string, CaseResult> results = new();
        ParallelOptions options = new()
        {
            MaxDegreeOfParallelism = Math.Max(1, Math.Min(atOnce, testee.MostAtOnce)),
            CancellationToken = cancellationToken,
        };
        await Parallel.ForEachAsync(cases, options, async (one, stop) =>
        {
            CaseResult result = await PlayUndisturbedAsync(one, stop).ConfigureAwait(false);
            results[one.Id] = result;
            onResult(result);
        }).ConfigureAwait(false);
        return [.. cases.Select(one => results[one.Id])];
    }

    /// <summary>A case that went wrong while this program could not run is played again: its times prove nothing.</summary>
    private async Task<CaseResult> PlayUndisturbedAsync(ConformanceCase one, CancellationToken cancellationToken)
    {
        for (int times = 1; ; times++)
        {
            (CaseResult result, TimeSpan stall) = await PlayOneAsync(one, cancellationToken).ConfigureAwait(false);
            if (result.Verdict is Verdict.Ok or Verdict.Unsupported || stall < s_disturbing || times == MostTimes)
            {
                return result;
            }
        }
    }

    private async Task<(CaseResult Result, TimeSpan Stall)> PlayOneAsync(ConformanceCase one, CancellationToken cancellationToken)
    {
        long begun = timeProvider.GetTimestamp();
        TesteeConnection connection;
        try
        {
            connection = await testee.OpenAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (UnsupportedException unsupported)
        {
            return (new CaseResult(one, Verdict.Unsupported, unsupported.Message, timeProvider.GetElapsedTime(begun), []), TimeSpan.Zero);
        }

        await using (connection.ConfigureAwait(false))
        {
            using CancellationTokenSource longest = new(s_longestCase, timeProvider);
            using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, longest.Token);
            TesterEnd end = new(connection.Socket, timeProvider);
            CasePlay play = new(end, limit.Token);
            string? failed = null;
            try
            {
                await play.PlayAsync(one.Steps).ConfigureAwait(false);
            }
            catch (CaseFailedException exception)
            {
                failed = exception.Message;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                failed = $"the case took more than {s_longestCase.TotalSeconds:0} s";
            }
            finally
            {
                await end.DisposeAsync().ConfigureAwait(false);
            }

            Verdict verdict = failed is not null ? Verdict.Failed : play.Remarks.Count > 0 ? Verdict.NonStrict : Verdict.Ok;
            string? why = failed ?? (play.Remarks.Count > 0 ? string.Join("; ", play.Remarks) : null);
            return (new CaseResult(one, verdict, why, timeProvider.GetElapsedTime(begun), end.Transcript.Lines), end.LongestStall);
        }
    }
}
