namespace Liveness;

/// <summary>
/// Logs what changed in a connection's state and conditions, on the work queue: what changes twice before that is logged as it is then.
/// </summary>
internal sealed class StateLog(
    GuardedLogger logger, WorkQueue queue, Func<ConnectionMonitor> monitor) : IThreadPoolWorkItem
{
    private readonly Lock _gate = new();
    private MonitorState _logged = new(LivenessState.Alive, ConnectionConditions.None);

    public void NoteChange()
    {
        if (!logger.IsNone)
        {
            queue.Post(this);
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        ConnectionMonitor of = monitor();
        ConnectionSnapshot now = of.GetSnapshot();
        MonitorState before;
        lock (_gate)
        {
            before = _logged;
            _logged = new MonitorState(now.State, now.Conditions);
        }

        Tell(of, logger, before, now);
    }

    /// <summary>What is worth a line between two looks.</summary>
    public static void Tell(ConnectionMonitor monitor, GuardedLogger logger, MonitorState before, ConnectionSnapshot now)
    {
        if (before.State != now.State && now.State == LivenessState.Suspect)
        {
            monitor.Log.Suspect(monitor, now);
        }
        else if (before.State == LivenessState.Suspect && now.State == LivenessState.Alive)
        {
            monitor.Log.AliveAgain(monitor);
        }

        if (before.Conditions != now.Conditions)
        {
            MonitoringLog.ConditionsChanged(logger, before.Conditions, now, monitor.Label);
        }
    }
}
