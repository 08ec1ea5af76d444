namespace Liveness;

/// <summary>Which suspicions of one connection are told: one that goes to and fro is told of once a minute. Pure.</summary>
internal sealed class SuspicionPacing
{
    public static readonly TimeSpan Least = TimeSpan.FromMinutes(1);

    private Instant _toldAt;
    private bool _hasTold;

    /// <summary>Suspicions since the last that was told.</summary>
    private int _untold;

    /// <summary>The newest suspicion was told: so its end is told, too.</summary>
    public bool IsTold { get; private set; }

    /// <summary>It is suspect again.</summary>
    /// <returns>How many suspicions were not told since the last that was; null = nor is this.</returns>
    public int? Note(Instant now)
    {
        IsTold = !_hasTold || now - _toldAt >= Least;
        if (!IsTold)
        {
            _untold++;
            return null;
        }

        int untold = _untold;
        (_toldAt, _hasTold, _untold) = (now, true, 0);
        return untold;
    }

    /// <summary>It was one of many at once, and is in their summary.</summary>
    public void NoteSummed() => IsTold = false;
}
