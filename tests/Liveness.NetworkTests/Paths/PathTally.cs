using System.Globalization;
using Liveness.NetworkTests.Peer;

namespace Liveness.NetworkTests.Paths;

/// <summary>What became of many connections over one bad path, both ends taken together.</summary>
/// <param name="Connections">How many there were.</param>
/// <param name="Lost">How many of them at least one end lost.</param>
/// <param name="Words">How often each end said what.</param>
internal sealed record PathTally(int Connections, int Lost, IReadOnlyDictionary<string, int> Words)
{
    public static PathTally Of(int connections, params PeerEvent[][] ends)
    {
        PeerEvent[] losses = [.. ends.SelectMany(events => events).Where(happened => happened.Kind == PeerEventKind.Lost)];
        int told = losses.Select(happened => happened.Loss!.IncidentId).Distinct().Count();

        // A plain socket has no incident: what its client's read says is counted.
        int failed = ends[0].Count(happened => happened.Kind == PeerEventKind.Failed);
        return new PathTally(
            connections,
            told + failed,
            losses.Where(IsFirstHand).CountBy(happened => $"{happened.Loss!.Type} {happened.Loss.Diagnosis} ({happened.Loss.Certainty})").ToDictionary());
    }

    /// <summary>At how many ends the kernel has taken another path, and the connection lived on.</summary>
    public int PathChanges { get; init; }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Lost} of {Connections} lost, other paths taken at {PathChanges} ends{string.Concat(Words.OrderByDescending(word => word.Value).Select(word => $"; {word.Value} times {word.Key}"))}");

    /// <summary>What the other end was told by a goodbye or a reset is no judgement of its own.</summary>
    private static bool IsFirstHand(PeerEvent lost) => lost.Loss!.Type is not (nameof(PeerGaveUp) or nameof(ConnectionReset));
}
