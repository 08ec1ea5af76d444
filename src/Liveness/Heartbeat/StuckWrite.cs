namespace Liveness;

/// <summary>
/// A beat that has not left for a quarter of the bound: what the transport says about it, at times of its own. Whoever looks more often
/// learns nothing more.
/// </summary>
internal sealed class StuckWrite
{
    private long? _acknowledged;

    /// <summary>When the transport is asked next.</summary>
    public Instant LookAt { get; private set; }

    /// <summary>For half of the bound nothing has moved: worth a condition.</summary>
    public bool IsForLong { get; private set; }

    /// <summary>After so long a beat that has not left is looked at.</summary>
    public static TimeSpan Suspected(TimeSpan bound) => bound / 4;

    /// <returns>The next hop has taken more since the look before. The first look knows no better.</returns>
    public bool Moves(long? acknowledged)
    {
        bool moves = acknowledged != _acknowledged;
        _acknowledged = acknowledged;
        return moves;
    }

    /// <summary>The peer has received more.</summary>
    public void OnProgress() => IsForLong = false;

    /// <param name="waited">For how long nothing has moved.</param>
    public void Note(Instant now, TimeSpan waited, TimeSpan bound)
    {
        IsForLong = waited >= bound / 2;
        TimeSpan next = bound / 8;
        TimeSpan left = waited < bound / 2 ? (bound / 2) - waited : waited < bound ? bound - waited : next;
        LookAt = now + Durations.Shorter(left, next);
    }
}
