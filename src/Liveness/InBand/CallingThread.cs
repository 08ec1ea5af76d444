namespace Liveness;

/// <summary>Whose thread it is, which says how much may be done on it.</summary>
internal enum CallingThread
{
    /// <summary>The application's, or one of the work queue: everything but what may block for ever.</summary>
    Worker,

    /// <summary>The scheduler's, which looks after every connection of the process: it hands over control frames at most.</summary>
    Scheduler,
}
