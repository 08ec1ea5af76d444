using System.Globalization;
using Liveness;

namespace PullTheCable;

/// <summary>A loss as a person reads it: what was seen, what it means, and what that rests on.</summary>
internal static class LossWords
{
    public static string Describe(ConnectionLoss loss)
    {
        return $"""
            LOST: {loss}
            diagnosis: {loss.Diagnosis}, {loss.Certainty}
            evidence: {string.Join("; ", EvidenceOf(loss.Evidence))}
            incident: {loss.Evidence.IncidentId ?? "none"}
            """;
    }

    private static IEnumerable<string> EvidenceOf(Evidence evidence)
    {
        if (evidence.MissedBeats is > 0 and { } missed)
        {
            yield return Count(missed, "beat", "missed");
        }

        if (evidence.UnansweredProbes is > 0 and { } probes)
        {
            yield return Count(probes, "probe", "unanswered");
        }

        if (evidence.RoundTrip is { } roundTrip)
        {
            yield return $"newest round trip {Duration.Show(roundTrip)}";
        }

        if (evidence.PeerHeardUsAgo is { } ago)
        {
            yield return $"the peer's newest beat said that it had heard us {Duration.Show(ago)} before";
        }

        if (evidence.Kernel is { } kernel)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"the kernel counts {kernel.UnacknowledgedSegments ?? 0} segments unacknowledged and {evidence.SegmentsInSilence ?? 0} arrived while suspect");
        }

        if (evidence.SocketError is { } error)
        {
            yield return $"the socket says {error}";
        }

        if (evidence.WriteFailure is { } failure)
        {
            yield return $"a write failed: {failure}";
        }

        yield return evidence.LongestOwnPause > TimeSpan.Zero
            ? $"this process itself could not run for {Duration.Show(evidence.LongestOwnPause.Value)}"
            : "this process itself ran all the time";
    }

    private static string Count(int count, string noun, string what) => string.Create(CultureInfo.InvariantCulture, $"{count} {noun}{(count == 1 ? "" : "s")} {what}");
}
