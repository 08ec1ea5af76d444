namespace Liveness.Tool.Conformance;

/// <summary>Which cases the testee may have died in. Pure.</summary>
internal static class Crashes
{
    /// <summary>A process may die a little after the bytes that killed it, and is seen to be dead a little later still.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(300);

    /// <returns>Null where it lives, ended as it may, or died long after the case.</returns>
    public static TesteeExit? In(CaseResult result, TimeProvider timeProvider)
    {
        if (result.On is not { Process: { Exit: { Code: not TesteeProcess.Unsupported } exit } process } on
            || timeProvider.GetElapsedTime(on.EndedAt, exit.At) > Grace)
        {
            return null;
        }

        // Many runtimes end with 1 after an error that nobody caught, and a program may do the same after a loss.
        bool isError = exit.Code == 1 && result.Verdict == Verdict.Failed && !on.SaidGoodbye;
        return process.IsToStay || exit.IsViolent || isError ? exit : null;
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
