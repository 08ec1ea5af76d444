namespace Liveness.Tool.Echo;

/// <summary>How long to wait before connecting again. A peer that closes at once is asked less and less often. Pure.</summary>
internal sealed class AgainPause
{
    public static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(10);
    public static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan s_atOnce = TimeSpan.FromMilliseconds(100);

    private TimeSpan _next = Shortest;

    /// <param name="lasted">The connection that has ended.</param>
    public TimeSpan Next(TimeSpan lasted)
    {
        TimeSpan pause = lasted < s_atOnce ? _next : Shortest;
        _next = pause * 2 < Longest ? pause * 2 : Longest;
        return pause;
    }
}
