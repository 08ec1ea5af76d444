namespace Liveness.Benchmarks;

/// <summary>What an application does to the thread pool and the cores of this process while losses are to be told.</summary>
internal enum PoolLoad
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It computes on every thread of the pool: the cores are busy.</summary>
    Computing,

    /// <summary>It blocks in every thread of the pool, and has more to do than the pool adds threads.</summary>
    Blocking,
}
