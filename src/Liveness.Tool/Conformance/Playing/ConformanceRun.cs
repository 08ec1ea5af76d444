using System.Collections.Concurrent;

namespace Liveness.Tool.Conformance;

/// <summary>Plays all cases against one testee, several at once, each on a connection of its own and within its own time.</summary>
/// <remarks>
/// A time proves nothing where the machine was busy: with the other cases, with the start of the testee, with programs that are none of
/// ours. So what went wrong by its time alone is played again, by itself, when the others are through, and that counts. A rule of the page
/// that was broken stays broken.
/// </remarks>
internal sealed class ConformanceRun(
    ITestee testee, int atOnce, TimeProvider timeProvider, Action<CaseResult> onResult, Chapter chapter = Chapter.Heartbeat)
{
    /// <summary>Where more than these went wrong, it is not the machine.</summary>
    private const int MostAgain = 24;

    private const int MostTimes = 3;

    private static readonly TimeSpan s_longestCase = TimeSpan.FromSeconds(90);

    /// <summary>The testee was there: what it does from now on is its own.</summary>
    private volatile bool _hasOpened;

    /// <returns>In the order of the cases.</returns>
    /// <exception cref="ToolException">The testee was never there.</exception>
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
            if (!result.MayBeTheMachine && Crashes.In(result, timeProvider) is null)
            {
                onResult(result);
            }
        }).ConfigureAwait(false);
        await Task.Delay(Crashes.Grace, timeProvider, cancellationToken).ConfigureAwait(false);
        await ReplayCrashesAsync(cases, results, cancellationToken).ConfigureAwait(false);

        CaseResult[] again = [.. cases.Select(one => results[one.Id]).Where(result => result.MayBeTheMachine)];
        foreach (CaseResult result in again)
        {
            CaseResult last = again.Length > MostAgain ? result : await PlayAgainAsync(result, cancellationToken).ConfigureAwait(false);
            results[result.Case.Id] = last;
            onResult(last);
        }

        return [.. cases.Select(one => results[one.Id])];
    }

    /// <summary>Where a testee died under several cases, each is played by itself: the one that kills it is to be named, and no
    /// other.</summary>
    private async Task ReplayCrashesAsync(
        IReadOnlyList<ConformanceCase> cases, ConcurrentDictionary<string, CaseResult> results, CancellationToken cancellationToken)
    {
        IGrouping<TesteeExit, CaseResult>[] crashes =
        [
            .. cases.Select(one => results[one.Id])
                .Select(result => (Result: result, Exit: Crashes.In(result, timeProvider)))
                .Where(pair => pair.Exit is not null)
                .GroupBy(pair => pair.Exit!, pair => pair.Result),
        ];
        foreach (IGrouping<TesteeExit, CaseResult> crash in crashes)
        {
            CaseResult[] before = [.. crash];
            CaseResult[] after = before.Length == 1 ? [Crashes.Blame(before[0], crash.Key, others: 0)] : new CaseResult[before.Length];
            for (int i = 0; i < after.Length && before.Length > 1; i++)
            {
                after[i] = await PlayAloneAsync(before[i].Case, cancellationToken).ConfigureAwait(false) with { Times = 2 };
            }

            bool isFound = after.Any(result => result.IsCrash);
            for (int i = 0; i < after.Length; i++)
            {
                CaseResult last = isFound
                    ? after[i]
                    : Crashes.Blame(before[i], crash.Key, before.Length - 1) with { Times = after[i].Times };
                results[last.Case.Id] = last;
                if (!last.MayBeTheMachine)
                {
                    onResult(last);
                }
            }
        }
    }

    private async Task<CaseResult> PlayAgainAsync(CaseResult result, CancellationToken cancellationToken)
    {
        int most = result.Times + MostTimes - 1;
        for (int times = result.Times + 1; result.MayBeTheMachine && times <= most; times++)
        {
            result = await PlayAloneAsync(result.Case, cancellationToken).ConfigureAwait(false) with { Times = times };
        }

        return result;
    }

    private async Task<CaseResult> PlayAloneAsync(ConformanceCase one, CancellationToken cancellationToken)
    {
        CaseResult result = await PlayOneAsync(one, cancellationToken).ConfigureAwait(false);
        await Task.Delay(Crashes.Grace, timeProvider, cancellationToken).ConfigureAwait(false);
        return Crashes.In(result, timeProvider) is { } exit ? Crashes.Blame(result, exit, others: 0) : result;
    }

    private async Task<CaseResult> PlayOneAsync(ConformanceCase one, CancellationToken cancellationToken)
    {
        long begun = timeProvider.GetTimestamp();
        try
        {
            using TesteeConnection connection = await testee.OpenAsync(cancellationToken).ConfigureAwait(false);
            _hasOpened = true;
            return await PlayOneAsync(one, connection, begun, cancellationToken).ConfigureAwait(false);
        }
        catch (UnsupportedException unsupported)
        {
            return new CaseResult(one, Verdict.Unsupported, unsupported.Message, timeProvider.GetElapsedTime(begun), [], IsTimeless: true);
        }
        catch (ToolException missing) when (_hasOpened)
        {
            return new CaseResult(one, Verdict.NotPlayed, missing.Message, timeProvider.GetElapsedTime(begun), [], IsTimeless: true);
        }
    }

    private async Task<CaseResult> PlayOneAsync(
        ConformanceCase one, TesteeConnection connection, long begun, CancellationToken cancellationToken)
    {
        using CancellationTokenSource longest = new(s_longestCase, timeProvider);
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, longest.Token);
        bool isServer = chapter == Chapter.SideServer;
        SideBook? book = chapter == Chapter.Heartbeat ? null : new SideBook(isServer);
        TesterEnd end = new(connection.Socket, timeProvider, book);
        using SidePlay? side = book is null ? null : new SidePlay(end, book, connection, isServer, limit.Token);
        CasePlay play = new(end, limit.Token, side);
        CaseFailedException? failed = null;
        try
        {
            await play.PlayAsync(one.Steps).ConfigureAwait(false);
        }
        catch (CaseFailedException exception)
        {
            failed = exception;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            failed = new CaseFailedException($"the case took more than {s_longestCase.TotalSeconds:0} s", mayBeTime: true);
        }
        finally
        {
            await end.DisposeAsync().ConfigureAwait(false);
        }

        bool isEnded = failed is not null && end.End != StreamEnd.None;
        TimeSpan grace = isEnded && !end.Rules.SaidGoodbye ? Crashes.LongGrace : Crashes.Grace;
        PlayedOn on = new(connection.Process, timeProvider.GetTimestamp(), end.Rules.SaidGoodbye, grace);
        if (isEnded && connection.Process is { } process)
        {
            // Its kernel ends the connections of a process before anybody sees that it is dead.
            await Crashes.ExitAsync(process, grace, timeProvider, cancellationToken).ConfigureAwait(false);
        }

        bool isTimeless = failed is not null ? !failed.MayBeTime : !play.Remarks.Any(remark => remark.MayBeTime);
        Verdict verdict = failed is not null ? Verdict.Failed : play.Remarks.Count > 0 ? Verdict.NonStrict : Verdict.Ok;
        string? why = failed?.Message ?? (play.Remarks.Count > 0 ? string.Join("; ", play.Remarks.Select(remark => remark.Text)) : null);
        return new CaseResult(one, verdict, why, timeProvider.GetElapsedTime(begun), end.Transcript.Lines, isTimeless) { On = on };
    }
}
