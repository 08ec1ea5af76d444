namespace Liveness;

/// <summary>The round trips that echoes have shown.</summary>
internal struct RoundTrips
{
    /// <summary>MaxValue until one was measured.</summary>
    private TimeSpan _least;

    public RoundTrips() => _least = TimeSpan.MaxValue;

    /// <summary>The newest; zero until one was measured.</summary>
    public TimeSpan NewestOrZero { get; private set; }

    public readonly TimeSpan? Newest => IsMeasured ? NewestOrZero : null;

    public readonly TimeSpan? Least => IsMeasured ? _least : null;

    private readonly bool IsMeasured => _least != TimeSpan.MaxValue;

    /// <summary>What comes out below zero is zero: clocks run at different speeds.</summary>
    public void Add(TimeSpan roundTrip)
    {
        NewestOrZero = Durations.Longer(roundTrip, TimeSpan.Zero);
        _least = Durations.Shorter(_least, NewestOrZero);
    }
}
