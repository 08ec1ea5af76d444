namespace Liveness.Tests.ProtocolPing.Simulation;

internal enum PingScheduleKind
{
    /// <summary>The peer lives and answers: no loss.</summary>
    Healthy,

    /// <summary>From a moment on nothing comes: a loss, in time.</summary>
    Cut,

    /// <summary>Pings fail, too: only what is said must not depend on who looks.</summary>
    Harsh,
}
