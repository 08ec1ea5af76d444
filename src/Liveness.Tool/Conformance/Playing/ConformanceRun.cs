using System.Collections.Concurrent;

namespace Liveness.Tool.Conformance;

/// <summary>Plays all cases against one testee, several at once, each on a connection of its own and within its own time.</summary>
/// <remarks>
/// A time proves nothing where the machine was busy: with the other cases, with the start of the testee, with programs that are none of
/// ours. So what went wrong by its time alone is played again, by itself, when the others are through, and that counts. A rule of the page
/// that was broken stays broken.
/// </remarks>
internal sealed class ConformanceRun(ITestee testee, int atOnce, TimeProvider timeProvider, Action<CaseResult> onResult)
{
    /// <summary>Where more than these went wrong, it is not the machine.</summary>
    private const int MostAgain = 24;

    private const int MostTimes = 3;

    private static readonly TimeSpan s_longestCase = TimeSpan.FromSeconds(90);

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
            CaseResult result = results[one.Id] = await PlayOneAsync(one, stop).ConfigureAwait(false);
            if (!result.MayBeTheMachine)
            {
                onResult(result);
            }
        }).ConfigureAwait(false);

        CaseResult[] again = [.. cases.Select(one => results[one.Id]).Where(result => result.MayBeTheMachine)];
        foreach (CaseResult result in again)
        {
            CaseResult last = again.Length > MostAgain ? result : await PlayAgainAsync(result, cancellationToken).ConfigureAwait(false);
            results[result.Case.Id] = last;
            onResult(last);
        }

        return [.. cases.Select(one => results[one.Id])];
    }

    private async Task<CaseResult> PlayAgainAsync(CaseResult result, CancellationToken cancellationToken)
    {
        for (int times = 2; result.MayBeTheMachine && times <= MostTimes; times++)
        {
            result = await PlayOneAsync(result.Case, cancellationToken).ConfigureAwait(false) with { Times = times };
        }

        return result;
    }

    private async Task<CaseResult> PlayOneAsync(ConformanceCase one, CancellationToken cancellationToken)
    {
        long begun = timeProvider.GetTimestamp();
        try
        {
            using TesteeConnection connection = await testee.OpenAsync(cancellationToken).ConfigureAwait(false);
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
            return new CaseResult(one, verdict, why, timeProvider.GetElapsedTime(begun), end.Transcript.Lines, end.BrokenIsTimeless);
        }
        catch (UnsupportedException unsupported)
        {
            return new CaseResult(one, Verdict.Unsupported, unsupported.Message, timeProvider.GetElapsedTime(begun), [], IsTimeless: true);
        }
    }
}
