namespace Liveness.Tests.ProtocolPing.Simulation;

/// <summary>What somebody does, or what happens to the ping that is being sent.</summary>
internal enum PingAct
{
    Probe,
    RunsOutOfTime,
    Fails,
    Change,
    SegmentBehindHole,
}
