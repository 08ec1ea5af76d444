namespace Liveness.Tool.IdleLimit;

/// <summary>Idle times, each longer than the one before it by the same factor. Pure.</summary>
internal static class IdleGrid
{
    /// <summary>No closer together than this: of a limit that is wanted within a tenth, more says nothing.</summary>
    public const double ClosestStep = 1.02;

    /// <param name="above">Shorter than the first of them.</param>
    /// <param name="upTo">The last of them.</param>
    /// <param name="most">So many at most; fewer where they would be too close together.</param>
    public static IReadOnlyList<TimeSpan> Between(TimeSpan above, TimeSpan upTo, int most)
    {
        double whole = upTo / above;
        int count = Math.Clamp((int)Math.Ceiling(Math.Log(whole) / Math.Log(ClosestStep)), 1, most);
        return [.. Enumerable.Range(1, count).Select(step => step == count ? upTo : above * Math.Pow(whole, (double)step / count))];
    }
}
