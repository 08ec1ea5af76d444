namespace Liveness.Presence;

/// <summary>
/// What is worth a line about a store that fails or is slow: the begin and the end of an outage, and what turns out to be its reason.
/// </summary>
internal sealed class StoreTrouble
{
    private const int MostReasons = 4;

    /// <summary>Kinds of steps whose last try has failed: a store may take one kind and refuse another.</summary>
    private readonly HashSet<Type> _failing = [];

    /// <summary>Of this outage. "Can't be reached" may come first, and the cure with the second.</summary>
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);

    private TimeSpan _since;
    private bool _isSlow;

    /// <returns>True = an outage begins, or shows another reason.</returns>
    public bool OnFailure(Type step, string reason, TimeSpan now)
    {
        if (_failing.Count == 0)
        {
            _since = now;
            _told.Clear();
        }

        _failing.Add(step);
        return _told.Count < MostReasons && _told.Add(reason);
    }

    /// <returns>How long an outage lasted that ends here; null = there is none, or it goes on.</returns>
    public TimeSpan? OnAnswer(Type step, TimeSpan now) => _failing.Remove(step) && _failing.Count == 0 ? now - _since : null;

    /// <summary>Once, until it was fast again.</summary>
    public bool IsNewlySlow(TimeSpan took, TimeSpan allowed)
    {
        bool wasSlow = _isSlow;
        _isSlow = took > allowed || (wasSlow && took > allowed / 2);
        return _isSlow && !wasSlow;
    }
}
