namespace Liveness;

/// <summary>
/// Begins what lasts as long as a connection, and so must not hold what belongs to the caller of the moment: an AsyncLocal, with a request,
/// a scope or a user in it.
/// </summary>
internal static class Detached
{
    /// <summary>
    /// Runs <paramref name="work"/> at once, on this thread, up to its first await; what follows has no execution context.
    /// </summary>
    public static Task Run<TState>(Func<TState, Task> work, TState state)
    {
        if (ExecutionContext.IsFlowSuppressed())
        {
            return work(state);
        }

        using (ExecutionContext.SuppressFlow())
        {
            return work(state);
        }
    }

    /// <summary>A timer takes the caller's context, too.</summary>
    public static ITimer CreateTimer(TimeProvider timeProvider, TimerCallback callback, object state, TimeSpan dueTime, TimeSpan period)
    {
        if (ExecutionContext.IsFlowSuppressed())
        {
            return timeProvider.CreateTimer(callback, state, dueTime, period);
        }

        using (ExecutionContext.SuppressFlow())
        {
            return timeProvider.CreateTimer(callback, state, dueTime, period);
        }
    }
}
