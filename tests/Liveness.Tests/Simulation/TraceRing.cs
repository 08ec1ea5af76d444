using System.Text;

namespace Liveness.Tests.Simulation;

/// <summary>The last things that happened, kept cheaply and put into words only for a failure.</summary>
internal sealed class TraceRing
{
    private const int Kept = 120;

    private readonly Entry[] _entries = new Entry[Kept];
    private long _count;

    public void Note(Instant at, string who, string what, long first = 0, long second = 0) =>
        _entries[_count++ % Kept] = new Entry(at, who, what, first, second);

    public override string ToString()
    {
        StringBuilder text = new();
        for (long i = Math.Max(0, _count - Kept); i < _count; i++)
        {
            Entry entry = _entries[i % Kept];
            text.Append(entry.At).Append("  ").Append(entry.Who).Append("  ").Append(entry.What)
                .Append("  ").Append(entry.First).Append("  ").Append(entry.Second).AppendLine();
        }

        return text.ToString();
    }

    private readonly record struct Entry(Instant At, string Who, string What, long First, long Second);
}
