namespace Liveness.ProtocolPing;

/// <summary>How much of the present silence does not count.</summary>
/// <remarks>A part of its machine, under the lock of that machine's owner; a struct, for every connection has one.</remarks>
internal struct ForgivenSilence
{
    /// <summary>For how long our own pool has kept pings.</summary>
    private TimeSpan _heldUp;

    /// <summary>That, and what the silence had come to when the bound became shorter.</summary>
    public TimeSpan Total { get; private set; }

    /// <summary>The peer was heard: the silence is over.</summary>
    public void End() => this = default;

    /// <summary>For so long our own pool has kept a ping: the peer was not asked.</summary>
    public void AddHeldUp(TimeSpan time)
    {
        Total += time;
        _heldUp += time;
    }

    /// <summary>For how long our own pool has kept pings, where that is worth a word in the evidence.</summary>
    public readonly TimeSpan HeldUpAtLeast(TimeSpan least) => _heldUp >= least ? _heldUp : TimeSpan.Zero;

    /// <summary>Where the new bound is shorter, the silence so far is forgiven as far as the old one allows: no live connection is lost by
    /// the change, for it gets the whole of the new bound to answer in; and a dead one is found no later than it would have been, or than
    /// the new bound after the change.</summary>
    public void Change(PingRate from, PingRate to, TimeSpan silence)
    {
        TimeSpan before = from.Judges ? from.Timing.Deadline + Total : TimeSpan.MaxValue;
        TimeSpan gain = to.Judges ? before - to.Timing.Deadline : TimeSpan.Zero;
        Total = Durations.Shorter(silence, Durations.Longer(gain, TimeSpan.Zero));
    }
}
