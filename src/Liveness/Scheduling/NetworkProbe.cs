namespace Liveness;

/// <summary>
/// The local network has changed: an old path may be gone, a new one there, and the peer's answer says so sooner than the next beats that
/// are missed. All connections hear of it at once, so each draws its time. A part of its owner, under the owner's lock.
/// </summary>
internal struct NetworkProbe
{
    public NetworkProbe() => DueAt = Instant.Never;

    /// <summary>When the peer is to be asked; <see cref="Instant.Never"/> = it is not.</summary>
    public Instant DueAt { get; private set; }

    /// <param name="from">The change: nobody is asked before.</param>
    /// <param name="interval">Of what is judged; <see cref="TimeSpan.MaxValue"/> = nothing is.</param>
    /// <returns>False = nothing is new: a probe after the change is planned already, or nothing is judged.</returns>
    public bool TryPlan(Instant from, TimeSpan interval)
    {
        bool isCovered = DueAt != Instant.Never && DueAt >= from;
        if (interval == TimeSpan.MaxValue || isCovered)
        {
            return false;
        }

        DueAt = from + (interval / 2 * Random.Shared.NextDouble());
        return true;
    }

    /// <returns>Whether the peer is to be asked now.</returns>
    public bool TryTake(Instant now)
    {
        if (now < DueAt)
        {
            return false;
        }

        DueAt = Instant.Never;
        return true;
    }
}
