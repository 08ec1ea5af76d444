namespace Liveness;

/// <summary>
/// A <see cref="TimeProvider"/> that also says where background work runs: how a test makes a whole connection single-threaded.
/// </summary>
internal interface IWorkQueueSource
{
    WorkQueue WorkQueue { get; }
}
