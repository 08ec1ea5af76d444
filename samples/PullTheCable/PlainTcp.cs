using System.Globalization;

namespace PullTheCable;

/// <summary>
/// When the kernel by itself would have noticed a dead path: Linux's rules, with this machine's settings where it has them.
/// </summary>
internal static class PlainTcp
{
    private const string Settings = "/proc/sys/net/ipv4/";

    public static string Describe(FaultKind fault, bool isReal) => fault switch
    {
        FaultKind.Reset => "What plain TCP would have said: the same, at the next read or write. "
            + "A reset is the one loss that it reports by itself.",
        FaultKind.Close => "What plain TCP would have said: end of stream, and the same if the process had crashed.",
        FaultKind.Freeze => "What plain TCP would have said: nothing, ever. "
            + "The kernel of a stopped process goes on acknowledging data and keepalive probes.",
        FaultKind.SlowReader => "What plain TCP would have said: nothing. "
            + "The write waits, and nothing tells a slow application from a dead one.",
        _ => DescribeCut(isReal),
    };

    private static string DescribeCut(bool isReal)
    {
        TimeSpan inFlight = RetransmissionTimeout(Read("tcp_retries2", 15), TimeSpan.FromMilliseconds(Read("tcp_rto_max_ms", 120_000)));
        int probing = Read("tcp_keepalive_probes", 9) * Read("tcp_keepalive_intvl", 75);
        TimeSpan idle = TimeSpan.FromSeconds(Read("tcp_keepalive_time", 7200) + probing);
        string whose = File.Exists(Settings + "tcp_retries2") ? "this machine's settings" : "Linux's default settings";
        string here = isReal
            ? """
              Here data was in flight. Each kernel was sending it again and again, and had told its application nothing:
              the connection was still ESTABLISHED.
              """
            : """
              This relay acknowledges what it swallows, as a proxy would: each kernel sees a healthy next hop,
              and here plain TCP would have gone on believing in all three cases.
              """;
        return $"""
            What plain TCP would have said of a pulled cable, by {whose}:
              with data in flight   nothing for about {InWords(inFlight)}
              idle, with keepalive  nothing for {InWords(idle)}
              idle, without it      nothing, ever
            {here}
            """;
    }

    /// <summary>The wait doubles from 200 ms up to the most, and the connection fails after the last one.</summary>
    private static TimeSpan RetransmissionTimeout(int retries, TimeSpan longestWait)
    {
        TimeSpan wait = TimeSpan.FromMilliseconds(200);
        TimeSpan total = TimeSpan.Zero;
        for (int i = 0; i <= retries; i++)
        {
            total += wait;
            wait = wait * 2 < longestWait ? wait * 2 : longestWait;
        }

        return total;
    }

    private static int Read(string name, int byDefault)
    {
        string path = Settings + name;
        return File.Exists(path)
            && int.TryParse(File.ReadAllText(path), NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out int value)
            ? value
            : byDefault;
    }

    private static string InWords(TimeSpan duration) => duration < TimeSpan.FromHours(1)
        ? string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMinutes:0} minutes")
        : string.Create(CultureInfo.InvariantCulture, $"{(int)duration.TotalHours} h {duration.Minutes} min");
}
