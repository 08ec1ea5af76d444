using System.Globalization;

namespace Liveness.Presence;

/// <summary>One line of a part's log: the version of a change, and the key that has changed, with a blank between.</summary>
internal readonly record struct LogLine(long Version, string Key)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Version} {Key}");

    /// <returns>Null = somebody else has written it.</returns>
    public static LogLine? Parse(string? text)
    {
        int blank = text is null ? -1 : text.IndexOf(' ', StringComparison.Ordinal);
        return blank > 0 && long.TryParse(text.AsSpan(0, blank), NumberStyles.None, CultureInfo.InvariantCulture, out long version)
            ? new LogLine(version, text![(blank + 1)..])
            : null;
    }

    /// <summary>What a watcher that knows a version has to read, from the lines that a store has given.</summary>
    /// <param name="newestFirst">From the newest line on, without a gap in what was asked for.</param>
    /// <param name="after">The version that is known.</param>
    /// <param name="until">The version of the part, read before the lines.</param>
    public static LogReply Read(IReadOnlyList<LogLine> newestFirst, long after, long until)
    {
        List<string> keys = [];
        HashSet<string> known = new(StringComparer.Ordinal);
        long next = Math.Max(until, newestFirst.Count > 0 ? newestFirst[0].Version : 0);
        long newest = next;
        foreach (LogLine line in newestFirst)
        {
            if (line.Version <= after)
            {
                break;
            }

            if (line.Version != next)
            {
                return new LogReply(newest, null);
            }

            next--;
            if (known.Add(line.Key))
            {
                keys.Add(line.Key);
            }
        }

        return new LogReply(newest, next <= after ? keys : null);
    }
}
