using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Liveness;

/// <summary>
/// Listens to the network while there are connections, and tells the scheduler on the work queue. Subscribing itself happens there, too: it
/// may block.
/// </summary>
/// <param name="isWanted">Whether there are connections, at the moment of the call.</param>
internal sealed class NetworkSubscription(LivenessScheduler scheduler, INetworkEvents events, Func<bool> isWanted) : IThreadPoolWorkItem
{
    private readonly Lock _gate = new();
    private readonly Told _told = new(scheduler);

    /// <summary>Under the lock.</summary>
    private bool _isSubscribed;

    /// <summary>What is wanted has changed. Any thread; returns at once.</summary>
    public void Review() => scheduler.WorkQueue.Post(this);

    /// <summary>Several may be under way at once, and in any order.</summary>
    public void Execute()
    {
        lock (_gate)
        {
            bool wanted = isWanted();
            if (wanted == _isSubscribed)
            {
                return;
            }

            _isSubscribed = wanted;
            try
            {
                if (wanted)
                {
                    events.Subscribe(() => scheduler.WorkQueue.Post(_told));
                }
                else
                {
                    events.Unsubscribe();
                }
            }
            catch (Exception failure) when (failure is NetworkInformationException or SocketException or PlatformNotSupportedException
                or IOException or UnauthorizedAccessException)
            {
                // A sandbox without such events: nothing is probed early then, and everything else works. It is tried again when the next
                // thread starts.
                _isSubscribed = false;
            }
        }
    }

    private sealed class Told(LivenessScheduler scheduler) : IThreadPoolWorkItem
    {
        public void Execute() => scheduler.NoteNetworkChange();
    }
}
