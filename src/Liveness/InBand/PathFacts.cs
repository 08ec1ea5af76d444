namespace Liveness;

/// <summary>What the heartbeat knows of the path, for deciding how much may be under way on it.</summary>
/// <param name="Bound">Within this time the loss of the peer is to be known; <see cref="TimeSpan.MaxValue"/> where silence is not
/// judged.</param>
/// <param name="RoundTrip">The newest one measured by a beat, with what queues on the way.</param>
/// <param name="MinRoundTrip">The shortest one measured by a beat.</param>
internal readonly record struct PathFacts(TimeSpan Bound, TimeSpan? RoundTrip, TimeSpan? MinRoundTrip)
{
    public static PathFacts Of(HeartbeatMachine machine) => new(machine.Bound, machine.RoundTrip, machine.MinRoundTrip);
}
