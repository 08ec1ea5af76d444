namespace Liveness.Tests;

/// <summary>What ends a schedule of a side channel.</summary>
internal enum JudgeKiller
{
    Nothing,
    ServerHost,
    ClientHost,
    DataPaths,
    ServerRestart,
    ServerStops,
    ServerStopsWithFullQueue,
    SideOneWay,
    ServerCloses,
    ServerGivesUp,
}
