namespace Liveness.Tool.Conformance;

/// <summary>Which cases the testee may have died in. Pure.</summary>
internal static class Crashes
{
    /// <summary>A process may die a little after the bytes that killed it, and is seen to be dead a little later still.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(300);

    /// <summary>Where the connection ended without a word, and ought not to: one that dies may write its memory to a disk first.</summary>
    public static readonly TimeSpan LongGrace = TimeSpan.FromSeconds(2);

    /// <returns>Null where it lives, ended as it may, or died long after the case.</returns>
    public static TesteeExit? In(CaseResult result, TimeProvider timeProvider)
    {
        if (result.On is not { Process: { Exit: { Code: not TesteeProcess.Unsupported } exit } process } on
            || timeProvider.GetElapsedTime(on.EndedAt, exit.At) > on.Grace)
        {
            return null;
        }

        // Many runtimes end with 1 after an error that nobody caught, and a program may do the same after a loss.
        bool isError = exit.Code == 1 && result.Verdict == Verdict.Failed && !on.SaidGoodbye;
        return process.IsToStay || exit.IsViolent || isError ? exit : null;
    }

    /// <summary>Waits until it has ended, but no longer than that.</summary>
    public static async Task ExitAsync(
        ITesteeProcess process, TimeSpan longest, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        using CancellationTokenSource over = new(longest, timeProvider);
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, over.Token);
        try
        {
            await process.ExitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // It lives.
            return;
        }
    }

    /// <param name="result">The case.</param>
    /// <param name="exit">How the testee ended.</param>
    /// <param name="others">Cases that were under way at the same time, none of which it died in when each was played by itself.</param>
    public static CaseResult Blame(CaseResult result, TesteeExit exit, int others) => result with
    {
        Verdict = Verdict.Failed,
        IsTimeless = true,
        IsCrash = true,
        Why = $"the testee crashed: {exit}"
            + (others == 0 ? "" : $" (while {others} other cases were under way; played by themselves it does not crash)")
            + (result is { Verdict: Verdict.Failed, Why: { } why } ? $" ({why})" : ""),
    };
}
