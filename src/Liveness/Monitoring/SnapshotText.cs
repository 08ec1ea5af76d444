using System.Globalization;

namespace Liveness;

/// <summary>A snapshot as one line: invariant culture, and only what is known.</summary>
internal static class SnapshotText
{
    public static string Of(ConnectionSnapshot snapshot)
    {
        List<string> parts = [snapshot.State.ToString()];
        if (snapshot.Conditions != ConnectionConditions.None)
        {
            parts.Add(snapshot.Conditions.ToString());
        }

        string bound = snapshot.Bound is { } limit
            ? $" of {(limit == Timeout.InfiniteTimeSpan ? "no limit" : LossText.Duration(limit))}"
            : "";
        Add(snapshot.Silence is { } silence ? $"silent for {LossText.Duration(silence)}{bound}" : null);
        Add(snapshot.RoundTrip is { } roundTrip
            ? string.Create(CultureInfo.InvariantCulture, $"round trip {roundTrip.TotalMilliseconds:0.###} ms")
            : null);
        Add(snapshot.PeerHeardUsAgo is { } heard ? $"the peer had heard us {LossText.Duration(heard)} before" : null);
        Add(snapshot.BytesSent is { } sent ? Text($"{sent} bytes sent") : null);
        Add(snapshot.BytesReceived is { } received ? Text($"{received} bytes received") : null);
        Add(snapshot.UnreadBytes is > 0 and { } unread ? Text($"{unread} unread") : null);
        Add(snapshot.IncidentId is { } incident ? $"incident {incident}" : null);
        return string.Join(", ", parts);

        void Add(string? part)
        {
            if (part is not null)
            {
                parts.Add(part);
            }
        }
    }

    private static string Text(ref InvariantText text) => text.Take();
}
