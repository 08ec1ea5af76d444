using Liveness.Diagnostics;

namespace Liveness;

/// <summary>Measures and logs one pause of this process. A work item, because listeners are foreign code and may block.</summary>
internal sealed class PauseReport(LivenessScheduler scheduler, TimeSpan pause) : IThreadPoolWorkItem
{
    /// <summary>
    /// Shorter ones are measured, not logged: so that there are at most a few lines a second, however badly this process is doing.
    /// </summary>
    public static readonly TimeSpan Logged = TimeSpan.FromMilliseconds(250);

    /// <summary>Connections share their loggers as a rule; where each has its own, some are told for all.</summary>
    private const int MostLoggers = 8;

    void IThreadPoolWorkItem.Execute()
    {
        LivenessMetrics metrics = LivenessMetrics.OfProcess;
        metrics.Record(metrics.LocalStall, pause, []);
        if (pause < Logged)
        {
            return;
        }

        foreach (GuardedLogger logger in scheduler.Loggers(MostLoggers))
        {
            SchedulingLog.OwnPause(logger, pause);
        }
    }
}
