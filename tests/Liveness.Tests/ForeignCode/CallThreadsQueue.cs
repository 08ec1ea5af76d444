using System.Collections.Concurrent;

namespace Liveness.Tests.ForeignCode;

/// <summary>
/// Runs own work on the test's thread, and each call of code of others on a thread of its own, which it waits for until the call has
/// returned or blocks: nothing runs at the same time, and nothing sleeps.
/// </summary>
internal sealed class CallThreadsQueue : WorkQueue, IDisposable
{
    private static readonly TimeSpan s_safety = TimeSpan.FromSeconds(30);

    [ThreadStatic]
    private static CallThreadsQueue? s_callOf;

    private readonly ConcurrentQueue<IThreadPoolWorkItem> _own = new();
    private readonly ConcurrentQueue<IThreadPoolWorkItem> _calls = new();
    private readonly ConcurrentQueue<string> _faults = new();
    private readonly SemaphoreSlim _settled = new(0);
    private readonly ManualResetEventSlim _released = new();
    private readonly List<Thread> _threads = [];

    /// <summary>
    /// What would have ended the process, or delayed own work: an item that threw, and a call that blocks where own work runs.
    /// </summary>
    public IReadOnlyCollection<string> Faults => _faults;

    /// <summary>How many calls have not returned.</summary>
    public int Blocked { get; private set; }

    public override void Post(IThreadPoolWorkItem item) => _own.Enqueue(item);

    public override void PostForeign(ForeignLane lane, IThreadPoolWorkItem item) => _calls.Enqueue(item);

    /// <summary>Everything that can happen without time passing.</summary>
    public void RunAll()
    {
        while (true)
        {
            if (_own.TryDequeue(out IThreadPoolWorkItem? own))
            {
                Execute(own);
            }
            else if (_calls.TryDequeue(out IThreadPoolWorkItem? call))
            {
                Call(call);
            }
            else
            {
                return;
            }
        }
    }

    /// <summary>Code of others blocks for ever, until the end of the test.</summary>
    public void Block()
    {
        if (s_callOf != this)
        {
            _faults.Enqueue($"Code of others was called in own work, where it must not block: {Environment.StackTrace}");
            return;
        }

        Blocked++;
        _settled.Release();
        _released.Wait();
    }

    public void Dispose()
    {
        if (_released.IsSet)
        {
            return;
        }

        _released.Set();
        _threads.ForEach(static thread => thread.Join(s_safety).Should().BeTrue());
        RunAll();
        _settled.Dispose();
    }

    private void Call(IThreadPoolWorkItem call)
    {
        Thread thread = new(() =>
        {
            s_callOf = this;
            Execute(call);
            _settled.Release();
        })
        {
            IsBackground = true,
        };
        _threads.Add(thread);
        thread.Start();
        _settled.Wait(s_safety).Should().BeTrue("a call returns, or blocks in Block");
    }

    private void Execute(IThreadPoolWorkItem item)
    {
        try
        {
            item.Execute();
        }
        catch (Exception exception)
        {
            _faults.Enqueue(exception.ToString());
        }
    }
}
