namespace Liveness;

/// <summary>
/// Logs what changed in a connection's state and conditions, on the work queue: what changes twice before that is logged as it is then.
/// </summary>
internal sealed class StateLog(
    GuardedLogger logger, WorkQueue queue, Func<ConnectionSnapshot> look, Func<ConnectionLabel> label) : IThreadPoolWorkItem
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
        ConnectionSnapshot now = look();
        MonitorState before;
        lock (_gate)
        {
            before = _logged;
            _logged = new MonitorState(now.State, now.Conditions);
        }

        Tell(logger, before, now, label());
    }

    /// <summary>What is worth a line between two looks.</summary>
    public static void Tell(GuardedLogger logger, MonitorState before, ConnectionSnapshot now, ConnectionLabel label)
    {
        if (before.State != now.State && now.State == LivenessState.Suspect)
        {
            MonitoringLog.Suspect(logger, now.Silence ?? TimeSpan.Zero, now.Bound ?? TimeSpan.Zero, label);
        }
        else if (before.State == LivenessState.Suspect && now.State == LivenessState.Alive)
        {
            MonitoringLog.AliveAgain(logger, label);
        }

        if (before.Conditions != now.Conditions)
        {
            MonitoringLog.ConditionsChanged(logger, before.Conditions, now, label);
        }
    }
}
