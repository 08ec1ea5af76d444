using System.Diagnostics;
using System.Threading.Channels;

namespace Liveness.Presence;

/// <summary>
/// Where loggers and listeners of metrics are called, which are code of others: one call after the other, in order. What they throw costs
/// one call; while they block, some calls wait for them, and nothing else does.
/// </summary>
internal sealed class BackgroundLane
{
    private const int MostWaiting = 1_000;

    private readonly Channel<Action> _calls = Channel.CreateBounded<Action>(
        new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    /// <summary>Interlocked: whether a thread is at it.</summary>
    private int _isRunning;

    /// <summary>Returns at once. A call for which there is no room is left out.</summary>
    public void Post(Action call)
    {
        _calls.Writer.TryWrite(call);
        if (Interlocked.Exchange(ref _isRunning, 1) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static lane => lane.Run(), this, preferLocal: false);
        }
    }

    /// <summary>Completes when the calls until now were made, or after a while.</summary>
    public Task FlushAsync(TimeSpan atMost, TimeProvider timeProvider)
    {
        TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(reached.SetResult);
        return Task.WhenAny(reached.Task, Task.Delay(atMost, timeProvider));
    }

    private void Run()
    {
        do
        {
            while (_calls.Reader.TryRead(out Action? call))
            {
                try
                {
                    call();
                }
                catch (Exception failure)
                {
                    // Nobody is left to be told: it is the logger that has failed.
                    Debug.WriteLine(failure.GetType());
                }
            }

            Interlocked.Exchange(ref _isRunning, 0);
        }
        while (_calls.Reader.TryPeek(out _) && Interlocked.Exchange(ref _isRunning, 1) == 0);
    }
}
