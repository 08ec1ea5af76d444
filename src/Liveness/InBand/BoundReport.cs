namespace Liveness;

/// <summary>
/// Whether it is to be said that a bound is longer than what was asked for: once for each value that is asked for, and again when the bound
/// has doubled, so that a peer can't fill the log.
/// </summary>
/// <remarks>
/// Asked only about what both ends have agreed on: in the middle of a change the bound belongs to one value and the wish is another.
/// </remarks>
internal sealed class BoundReport
{
    private TimeSpan _detectWithin;
    private TimeSpan _told;

    public bool IsDue(TimeSpan detectWithin, TimeSpan bound)
    {
        if (detectWithin != _detectWithin)
        {
            (_detectWithin, _told) = (detectWithin, TimeSpan.Zero);
        }

        if (bound <= detectWithin || (_told > TimeSpan.Zero && bound / 2 < _told))
        {
            return false;
        }

        _told = bound;
        return true;
    }
}
