namespace Liveness;

/// <summary>One call of a handler that returns a task, from its begin until that task is done: so that a dispose from within it, after an
/// await too, does not wait for it.</summary>
/// <remarks>It flows with the execution context into everything that the handler starts, and counts for that only while the handler itself
/// goes on: work that outlives the handler is not taken for it.</remarks>
internal sealed class HandlerStay
{
    private static readonly AsyncLocal<HandlerStay?> s_current = new();

    /// <summary>
    /// Null = the handler is done. What it has started holds this for as long as it lives, and must not hold a connection with it.
    /// </summary>
    private volatile object? _owner;

    private HandlerStay(object owner) => _owner = owner;

    /// <summary>A handler of this owner is what goes on here.</summary>
    public static bool IsInside(object owner) => s_current.Value?._owner == owner;

    /// <summary>Calls the handler.</summary>
    /// <param name="handler">Code of others. What it throws before its first await is thrown.</param>
    /// <param name="args">Its event.</param>
    /// <param name="owner">Whose handler it is.</param>
    /// <returns>What it still does; null = nothing.</returns>
    public static Task? Call<TArgs>(Func<TArgs, Task> handler, TArgs args, object owner)
    {
        HandlerStay stay = new(owner);
        HandlerStay? outer = s_current.Value;
        s_current.Value = stay;
        Task? task = null;
        try
        {
            task = handler(args);
        }
        finally
        {
            s_current.Value = outer;
            if (task is null or { IsCompleted: true })
            {
                stay._owner = null;
            }
        }

        return task is null or { IsCompletedSuccessfully: true } ? null : stay.UntilAsync(task);
    }

    private async Task UntilAsync(Task task)
    {
        try
        {
            await task.ConfigureAwait(false);
        }
        finally
        {
            _owner = null;
        }
    }
}
