using System.Collections.Concurrent;

namespace Liveness;

/// <summary>
/// Lines that wait when the process ends in good order: they are waited for, for half a second. They may say why it ends.
/// </summary>
internal static class LastLines
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(500);

    private static readonly ConcurrentDictionary<IHeldLines, bool> s_held = new(ReferenceEqualityComparer.Instance);

    private static int s_writing;

    static LastLines() => AppDomain.CurrentDomain.ProcessExit += static (_, _) =>
    {
        foreach (IHeldLines held in s_held.Keys)
        {
            held.TellNow();
        }

        SpinWait.SpinUntil(static () => Volatile.Read(ref s_writing) == 0, s_patience);
    };

    /// <summary>It holds lines, to tell them together: told now where the process ends before.</summary>
    public static void Hold(IHeldLines held) => s_held[held] = true;

    /// <summary>It holds none any more.</summary>
    public static void Release(IHeldLines held) => s_held.TryRemove(held, out _);

    /// <summary>A logger of the thread pool's has lines.</summary>
    public static void Begin() => Interlocked.Increment(ref s_writing);

    /// <summary>It has no more.</summary>
    public static void End() => Interlocked.Decrement(ref s_writing);
}
