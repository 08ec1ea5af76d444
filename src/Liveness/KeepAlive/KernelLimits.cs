using System.Globalization;

namespace Liveness.KeepAlive;

/// <summary>
/// What the kernel does by itself, as far as it is configured for the whole system (on Linux, for the network namespace).
/// </summary>
/// <param name="DataRetransmissions">tcp_retries2.</param>
/// <param name="LongestRetransmissionTimeout">tcp_rto_max_ms, or what the socket has instead.</param>
/// <param name="SynRetransmissions">tcp_syn_retries.</param>
/// <param name="LinearSynRetransmissions">tcp_syn_linear_timeouts: so many more at first, a second apart each.</param>
/// <param name="Idle">tcp_keepalive_time; null = the platform's default.</param>
/// <param name="Interval">tcp_keepalive_intvl; null = the platform's default.</param>
/// <param name="ProbeCount">tcp_keepalive_probes; null = the platform's default.</param>
internal sealed record KernelLimits(
    int DataRetransmissions,
    TimeSpan LongestRetransmissionTimeout,
    int SynRetransmissions,
    int LinearSynRetransmissions,
    TimeSpan? Idle,
    TimeSpan? Interval,
    int? ProbeCount)
{
    private const string Folder = "/proc/sys/net/ipv4/";

    /// <summary>Linux as delivered, before 6.5.</summary>
    public static readonly KernelLimits Standard = new(15, TimeSpan.FromSeconds(120), 6, 0, null, null, null);

    /// <summary>Seven files of procfs are half of what an attached connection costs, and administrators seldom write them.</summary>
    private static readonly TimeSpan s_fresh = TimeSpan.FromSeconds(1);

    /// <summary>The last reading. Any thread: the newest stays, and two at once read the same.</summary>
    private static volatile ReadLimits? s_last;

    /// <returns>What was in force within the last second.</returns>
    public static KernelLimits Read()
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsAndroid())
        {
            return Standard;
        }

        Instant now = Instant.Now(TimeProvider.System);
        ReadLimits? last = s_last;
        if (last is null || now - last.At >= s_fresh)
        {
            s_last = last = new ReadLimits(Parse(ReadFile), now);
        }

        return last.Limits;
    }

    /// <param name="read">Gives the text of the file with that name, or null where there is none.</param>
    public static KernelLimits Parse(Func<string, string?> read)
    {
        return new KernelLimits(
            Number("tcp_retries2") ?? Standard.DataRetransmissions,
            Number("tcp_rto_max_ms") is { } longest ? TimeSpan.FromMilliseconds(longest) : Standard.LongestRetransmissionTimeout,
            Number("tcp_syn_retries") ?? Standard.SynRetransmissions,
            Number("tcp_syn_linear_timeouts") ?? Standard.LinearSynRetransmissions,
            Seconds("tcp_keepalive_time"),
            Seconds("tcp_keepalive_intvl"),
            Number("tcp_keepalive_probes"));

        int? Number(string name) => int.TryParse(
            read(name), NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out int value)
            ? value
            : null;

        TimeSpan? Seconds(string name) => Number(name) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
    }

    private sealed record ReadLimits(KernelLimits Limits, Instant At);

    private static string? ReadFile(string name)
    {
        try
        {
            return File.ReadAllText(Folder + name);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Older kernels and sandboxes lack some of them.
            return null;
        }
    }
}
