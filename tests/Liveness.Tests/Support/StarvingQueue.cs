namespace Liveness.Tests;

/// <summary>
/// The thread pool and the lanes beside it; from the moment in which an end is to be told, the pool runs nothing any more, as one does that
/// code of others has taken for itself.
/// </summary>
internal sealed class StarvingQueue : WorkQueue
{
    private readonly ManualWorkQueue _pool = new();
    private readonly ManualWorkQueue _lanes = new();

    public bool IsStarved { get; private set; }

    public override void Post(IThreadPoolWorkItem item) => _pool.Post(item);

    public override void PostForeign(ForeignLane lane, IThreadPoolWorkItem item)
    {
        IsStarved |= lane is ForeignLane.Ends or ForeignLane.Looks;
        _lanes.Post(item);
    }

    /// <summary>Runs everything, also what is posted meanwhile.</summary>
    public void RunAll()
    {
        while (_lanes.RunOne() || (!IsStarved && _pool.RunOne()))
        {
        }
    }
}
