using System.Diagnostics;

namespace Liveness.Benchmarks;

/// <summary>Puts that load on the pool until it is disposed.</summary>
internal sealed class PoolLoadSource : IDisposable
{
    /// <summary>More than the pool has threads after ten seconds, so that somebody always waits.</summary>
    private const int AtOnce = 20;

    private static readonly TimeSpan s_computing = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_blocking = TimeSpan.FromMilliseconds(100);

    private readonly Action _call;
    private volatile bool _isOver;

    public PoolLoadSource(PoolLoad load)
    {
        _call = load == PoolLoad.Computing ? Compute : static () => Thread.Sleep(s_blocking);
        for (int i = 0; i < (load == PoolLoad.None ? 0 : AtOnce); i++)
        {
            Post();
        }
    }

    public void Dispose() => _isOver = true;

    private static void Compute()
    {
        long begun = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begun) < s_computing)
        {
        }
    }

    private void Post() => ThreadPool.UnsafeQueueUserWorkItem(
        static source =>
        {
            source._call();
            if (!source._isOver)
            {
                source.Post();
            }
        },
        this,
        preferLocal: false);
}
