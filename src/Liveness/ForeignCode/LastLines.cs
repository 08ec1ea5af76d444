namespace Liveness;

/// <summary>
/// Lines that wait when the process ends in good order: they are waited for, for half a second. They may say why it ends.
/// </summary>
internal static class LastLines
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(500);

    private static int s_writing;

    static LastLines() =>
        AppDomain.CurrentDomain.ProcessExit += static (_, _) => SpinWait.SpinUntil(
            static () => Volatile.Read(ref s_writing) == 0, s_patience);

    /// <summary>A logger of the thread pool's has lines.</summary>
    public static void Begin() => Interlocked.Increment(ref s_writing);

    /// <summary>It has no more.</summary>
    public static void End() => Interlocked.Decrement(ref s_writing);
}
