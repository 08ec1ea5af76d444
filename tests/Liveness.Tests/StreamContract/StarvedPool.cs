namespace Liveness.Tests.StreamContract;

/// <summary>Work that blocks every thread of the pool, and every one that it adds, until it is told to stop.</summary>
/// <remarks>The whole process feels it: tests that use it run alone.</remarks>
internal sealed class StarvedPool : IDisposable
{
    /// <summary>The pool adds about two threads a second.</summary>
    private const int Blockers = 100;

    private readonly ManualResetEventSlim _release = new();
    private readonly CountdownEvent _ended = new(Blockers);

    private StarvedPool()
    {
        for (int i = 0; i < Blockers; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static pool => pool.Block(), this, preferLocal: false);
        }
    }

    /// <summary>Runs something on a thread of its own while the pool runs nothing, and for as long as said.</summary>
    public static Task<T> WhileAsync<T>(TimeSpan length, Func<T> run) => KeptThreads.Run(
        () =>
        {
            using StarvedPool starved = new();
            T result = run();
            Thread.Sleep(length);
            return result;
        });

    public void Dispose()
    {
        _release.Set();
        _ended.Wait(Hands.Limit);
        _ended.Dispose();
        _release.Dispose();
    }

    private void Block()
    {
        _release.Wait(Hands.Limit);
        _ended.Signal();
    }
}
