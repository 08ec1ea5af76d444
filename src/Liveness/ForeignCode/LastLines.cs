using System.Collections.Concurrent;

namespace Liveness;

/// <summary>
/// Lines that wait when the process ends in good order: they are waited for, for half a second. They may say why it ends.
/// </summary>
internal static class LastLines
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(500);

    /// <summary>Weak: a test's clock that never moves on holds its lines for ever, and must not be kept alive by the process.</summary>
    private static readonly ConcurrentDictionary<WeakReference<IHeldLines>, bool> s_held = new();

    private static int s_writing;

    static LastLines() => AppDomain.CurrentDomain.ProcessExit += static (_, _) =>
    {
        foreach (WeakReference<IHeldLines> reference in s_held.Keys)
        {
            if (reference.TryGetTarget(out IHeldLines? held))
            {
                held.TellNow();
            }
        }

        SpinWait.SpinUntil(static () => Volatile.Read(ref s_writing) == 0, s_patience);
    };

    /// <summary>It holds lines, to tell them together: told now where the process ends before.</summary>
    /// <param name="held">The same object for <see cref="Release"/>.</param>
    public static void Hold(WeakReference<IHeldLines> held) => s_held[held] = true;

    /// <summary>It holds none any more.</summary>
    public static void Release(WeakReference<IHeldLines> held) => s_held.TryRemove(held, out _);

    /// <summary>A logger of the thread pool's has lines.</summary>
    public static void Begin() => Interlocked.Increment(ref s_writing);

    /// <summary>It has no more.</summary>
    public static void End() => Interlocked.Decrement(ref s_writing);
}
