namespace Liveness.Tests.ProtocolPing.Simulation;

/// <param name="From">The first millisecond of it.</param>
/// <param name="To">The first after it.</param>
internal readonly record struct PingSpan(int From, int To)
{
    public bool Contains(int at) => at >= From && at < To;
}
