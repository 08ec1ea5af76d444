namespace Liveness.Presence;

/// <summary>What is worth a line about a store that fails or is slow: the begin and the end of an outage, once each.</summary>
internal sealed class StoreTrouble
{
    /// <summary>Kinds of steps whose last try has failed: a store may take one kind and refuse another.</summary>
    private readonly HashSet<Type> _failing = [];

    private TimeSpan _since;
    private bool _isSlow;

    /// <returns>True = an outage begins.</returns>
    public bool OnFailure(Type step, TimeSpan now)
    {
        bool isFirst = _failing.Count == 0;
        _since = isFirst ? now : _since;
        _failing.Add(step);
        return isFirst;
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
