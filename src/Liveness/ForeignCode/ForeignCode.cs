using Liveness.Diagnostics;

namespace Liveness;

/// <summary>
/// The one place through which callbacks of others are called: handlers of events, callbacks of tokens, <c>Abort</c>, what makes settings.
/// </summary>
/// <remarks>
/// <para>The rule for all code of others: what it throws ends nothing; what it blocks delays nothing but itself; what of ours has to
/// happen, happens before. So it is called</para>
/// <list type="bullet">
/// <item>under no lock, and never on the scheduler's thread,</item>
/// <item>from <see cref="WorkQueue.PostForeign"/>, in a lane that our own work does not pass through,</item>
/// <item>with a net: here, in <see cref="GuardedLogger"/> for loggers, in <see cref="GuardedTimeProvider"/> for clocks, in
/// <see cref="LivenessMetrics"/> for listeners of metrics, and where its failure is an answer, in the caller (<c>sendProbe</c>, TLS, the
/// streams that are wrapped),</item>
/// <item>and never awaited without a bound.</item>
/// </list>
/// </remarks>
internal static class ForeignCode
{
    /// <summary>
    /// Calls something that reports nothing. Never throws, and nor does what goes on of it later: see <see cref="HandlerContext"/>.
    /// </summary>
    /// <param name="callback">Code of others.</param>
    /// <param name="logger">Told what it throws.</param>
    /// <param name="name">As its owner knows it.</param>
    /// <param name="label">Our own: what logs call the connection that it is about; null = none, or nobody knows which.</param>
    public static void Call(Action callback, GuardedLogger logger, string name, Func<ConnectionLabel>? label = null)
    {
        using HandlerContext.Stay stay = logger.ContextOf(name).Enter();
        try
        {
            callback();
        }
        catch (Exception exception)
        {
            ForeignCodeLog.HandlerThrew(logger, exception, name, label?.Invoke() ?? default);
        }
    }

    /// <summary>Calls a handler. Never throws, as the other, and allocates nothing.</summary>
    /// <param name="handler">With its event.</param>
    /// <param name="sender">Of the event.</param>
    /// <param name="logger">Told what it throws.</param>
    public static void Call<THandler>(in THandler handler, object sender, GuardedLogger logger)
        where THandler : struct, IHandlerCall
    {
        using HandlerContext.Stay stay = logger.ContextOf(handler.EventName).Enter();
        try
        {
            handler.Invoke(sender);
        }
        catch (Exception exception)
        {
            ForeignCodeLog.HandlerThrew(logger, exception, handler.EventName, handler.LabelOf(sender));
        }
    }

    /// <summary>
    /// Calls something that takes its time, and runs code of others meanwhile: it is begun in a lane, and waited for until
    /// <paramref name="cancellationToken"/> is cancelled, whether it heeds that or not.
    /// </summary>
    /// <param name="queue">Whose lane.</param>
    /// <param name="call">What it throws is thrown.</param>
    /// <param name="cancellationToken">That the call is given, too.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static async Task CallAsync(WorkQueue queue, Func<CancellationToken, Task> call, CancellationToken cancellationToken)
    {
        TaskCompletionSource<Task> begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        queue.PostForeign(ForeignLane.Calls, new ForeignCall(() => begun.SetResult(Begin(call, cancellationToken))));
        Task whole = begun.Task.Unwrap();
        await Task.WhenAny(whole, Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken)).ConfigureAwait(false);
        if (whole.IsCompleted)
        {
            await whole.ConfigureAwait(false);
            return;
        }

        // Nobody is left to hear how it fails later.
        _ = whole.ContinueWith(
            static failed => failed.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>What an exception says of itself, which is code of whoever has made its type. Never throws.</summary>
    public static string MessageOf(Exception exception)
    {
        try
        {
            return exception.Message;
        }
        catch (Exception failure)
        {
            return $"{exception.GetType()}, whose message can't be read: it threw {failure.GetType()}";
        }
    }

    /// <summary>Waits for what code of others holds up, for so long and no longer. Never throws.</summary>
    /// <param name="task">That may never complete.</param>
    /// <param name="bound">Zero = only look.</param>
    /// <param name="timeProvider">Whose time that is; guarded.</param>
    /// <returns>Whether it has completed.</returns>
    public static async Task<bool> WaitAsync(Task task, TimeSpan bound, TimeProvider timeProvider)
    {
        await task.WaitAsync(bound, timeProvider).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return task.IsCompleted;
    }

    private static Task Begin(Func<CancellationToken, Task> call, CancellationToken cancellationToken)
    {
        try
        {
            return call(cancellationToken);
        }
        catch (Exception failure)
        {
            return Task.FromException(failure);
        }
    }
}
