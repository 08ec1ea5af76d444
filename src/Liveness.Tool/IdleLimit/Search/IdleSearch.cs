namespace Liveness.Tool.IdleLimit;

/// <summary>Which idle times to try next, when that is enough, and what it comes to. Pure: a function of results and time.</summary>
/// <remarks>
/// A round is a number of connections that are idle side by side, each for another time. It ends at the first that is forgotten, unless the
/// next one is so close that it confirms: what is idle for longer says nothing more. The next round lies between the longest that lived and
/// the shortest that was forgotten, which is tried again. What lived is repeated where it hangs on the luck of one connection, or where
/// some that were idle for less were forgotten.
/// </remarks>
internal sealed class IdleSearch
{
    /// <summary>Where so little is left, only witnesses are missing.</summary>
    private const double NarrowGap = 1.08;

    /// <summary>
    /// With fewer connections, each is needed to narrow down. Otherwise one more is spent on the upper end, should nothing below it be
    /// forgotten.
    /// </summary>
    private const int Few = 4;

    /// <summary>Before the other side ends a connection. Its clock begins when it accepts, ours when we are connected.</summary>
    private const double JustBefore = 0.96;

    /// <summary>What has lived is repeated so much earlier: the limit may be a moment later.</summary>
    private const double AlmostAsLong = 0.98;

    private readonly SearchBounds _bounds;
    private readonly List<Trial> _trials;
    private readonly List<TimeSpan> _running = [];
    private int _connections;
    private int _planned;
    private int _before;
    private bool _isRepeating;
    private Evidence _evidence;

    /// <param name="bounds">Of time and count.</param>
    /// <param name="first">A connection that lived after a short time without a word: the path answers probes.</param>
    public IdleSearch(SearchBounds bounds, Trial first)
    {
        _bounds = bounds;
        _connections = bounds.Connections;
        _trials = [first];
        _before = 1;
        _evidence = Evidence.Of(_trials, _bounds.Longest);
    }

    /// <summary>How many rounds there have been.</summary>
    public int Rounds { get; private set; }

    /// <summary>What is idle now, and for how long it is going to be.</summary>
    public IReadOnlyList<TimeSpan> Running => _running;

    public IReadOnlyList<Trial> Trials => _trials;

    /// <summary>Whether what still runs may be given up.</summary>
    public bool IsRoundOver => _running.Count == 0
        || (_isRepeating ? _evidence.IsContradictory : _evidence.IsFound || IsLimitSeen);

    /// <summary>Some are forgotten, and what still runs would not tell more about it.</summary>
    private bool IsLimitSeen =>
        _evidence.Forgotten is [var first, ..] && !_running.Exists(idle => idle <= first.Idle || MayConfirm(idle));

    private bool IsAnswered => _evidence.IsFound || _evidence.AliveAfter >= _bounds.Longest || _evidence.IsEnded;

    private int Spare => SearchBounds.SpareOf(_connections);

    /// <summary>Begins the next round. What has not come in by now is given up.</summary>
    /// <param name="elapsed">Since the search began.</param>
    /// <returns>The idle times to try side by side, in their order; empty = the search is over.</returns>
    public IReadOnlyList<TimeSpan> Begin(TimeSpan elapsed)
    {
        LearnHowManyTheServerTakes();
        _running.Clear();
        _isRepeating = IsAnswered;
        IReadOnlyList<TimeSpan> next = IsDone() || Rounds == SearchBounds.MostRounds ? []
            : _isRepeating ? Repeat(RepeatedIdle, _connections)
            : Next();
        if (next.Count == 0 || elapsed + next[^1] + _bounds.Patience > _bounds.Total)
        {
            return [];
        }

        Rounds++;
        _planned = next.Count;
        _running.AddRange(next);
        return next;
    }

    /// <param name="planned">The idle time that was to be tried.</param>
    /// <param name="trial">What came of it.</param>
    public void Add(TimeSpan planned, Trial trial)
    {
        _running.Remove(planned);
        _trials.Add(trial);
        _evidence = Evidence.Of(_trials, _bounds.Longest);
    }

    public SearchResult Result()
    {
        (SearchVerdict verdict, TrialOutcome? how) = Conclude();
        return new SearchResult(
            verdict,
            _evidence.AliveAfter,
            verdict == SearchVerdict.Forgotten ? _evidence.Forgotten[Evidence.Witnesses - 1].Idle : null,
            how,
            verdict == SearchVerdict.Ended ? _evidence.Ended?.Idle : null,
            _evidence.Strays,
            _evidence.ShortestStray,
            _evidence.SafeIdle,
            _evidence.Probed,
            _evidence.TurnedAway);
    }

    private (SearchVerdict Verdict, TrialOutcome? How) Conclude() => _evidence switch
    {
        { IsEnded: true, Strays: 0 } or { IsEnded: true, Missing: <= 0 } => (SearchVerdict.Ended, _evidence.Ended?.Outcome),
        { Missing: > 0 } => (SearchVerdict.Unsure, null),
        { IsFound: true } => (SearchVerdict.Forgotten, _evidence.Forgotten[0].Outcome),
        { AliveAfter: var alive } when alive >= _bounds.Longest => (SearchVerdict.NoLimit, null),
        _ => (SearchVerdict.Unsure, null),
    };

    private bool IsDone() => _connections == 0
        || _evidence.IsContradictory
        || (IsAnswered && (_evidence.Missing <= 0 || (_evidence is { IsEnded: true, Strays: 0 })));

    /// <summary>Whoever lives so long, does so on a path that has forgotten no stray. A limit close above is no matter of chance.</summary>
    private TimeSpan RepeatedIdle => _evidence.AliveAfter >= _bounds.Longest
        ? _bounds.Longest
        : Durations.Longer(_evidence.AliveAfter * AlmostAsLong, _evidence.ShortestStray ?? TimeSpan.Zero);

    private IReadOnlyList<TimeSpan> Next()
    {
        TimeSpan alive = _evidence.AliveAfter;
        if (_evidence.Forgotten is [var first, ..] && !(_evidence.Ended?.Idle < first.Idle))
        {
            return first.Idle / alive <= NarrowGap ? Repeat(first.Idle, Math.Min(_connections, Evidence.Witnesses - 1))
                : _connections == 1 ? [alive * Math.Sqrt(first.Idle / alive)]
                : _connections < Few ? IdleGrid.Between(alive, first.Idle, _connections)
                : [.. Repeat(alive * AlmostAsLong, Spare), .. IdleGrid.Between(alive, first.Idle, _connections - 1 - Spare), first.Idle];
        }

        return _evidence.Ended is { } ended
            ? IdleGrid.Between(alive, ended.Idle * JustBefore, _connections)
            : [
                .. IdleGrid.Between(
                    Durations.Longer(alive, _bounds.Longest / SearchBounds.Span), _bounds.Longest, _connections - Spare),
                .. Repeat(_bounds.Longest, Spare),
            ];
    }

    private static IReadOnlyList<TimeSpan> Repeat(TimeSpan idle, int count) => [.. Enumerable.Repeat(idle, count)];

    private bool MayConfirm(TimeSpan idle) => idle <= _evidence.Near;

    /// <summary>A server may take fewer connections than we would like: it is not asked for more again.</summary>
    private void LearnHowManyTheServerTakes()
    {
        int turnedAway = _trials.Skip(_before).Count(Evidence.IsTurnedAway);
        if (turnedAway > 0)
        {
            _connections = _planned - turnedAway;
        }

        _before = _trials.Count;
    }
}
