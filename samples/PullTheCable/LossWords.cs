using System.Globalization;
using CableLab;
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

    private static IEnumerable<string> EvidenceOf(LossEvidence evidence)
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

        foreach (string known in KernelOf(evidence))
        {
            yield return known;
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

    /// <summary>The next hop is the peer's host, or a proxy before it.</summary>
    private static IEnumerable<string> KernelOf(LossEvidence evidence)
    {
        if (evidence.Kernel is not { } kernel)
        {
            yield break;
        }

        if (kernel.UnacknowledgedSegments is { } segments)
        {
            yield return segments == 0
                ? "the next hop acknowledged all that our kernel sent"
                : Count(segments, "segment", "not acknowledged by the next hop");
        }

        if (kernel.Retransmits is > 0 and { } retries)
        {
            yield return Count(retries, "repetition", "in vain");
        }

        if (kernel.SinceAckReceived is { } since)
        {
            yield return $"newest acknowledgement {Duration.Show(since)} old";
        }

        if (evidence.SegmentsInSilence is { } arrived)
        {
            yield return $"{Count(arrived, "segment", "arrived")} while suspect";
        }
    }

    private static string Count(long count, string noun, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {noun}{(count == 1 ? "" : "s")} {what}");
}
