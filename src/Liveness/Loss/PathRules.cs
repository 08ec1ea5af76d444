namespace Liveness;

/// <summary>From what the kernel counted before a silence to whether the path loses segments. Pure.</summary>
internal static class PathRules
{
    /// <summary>Fewer happen on any path, and to any late acknowledgement.</summary>
    private const int Few = 3;

    /// <summary>A share that a path without a fault does not lose.</summary>
    private const double TooMany = 0.03;

    /// <summary>
    /// Both directions: what we repeated, itself or its acknowledgement was lost; what came behind a hole, the peer's was.
    /// </summary>
    public static bool IsLossy(LossEvidence evidence) =>
        IsMuch(evidence.PathRetransmittedSegments, evidence.PathSentSegments)
            || IsMuch(evidence.PathOutOfOrderSegments, evidence.PathReceivedSegments);

    /// <summary>
    /// Something was lost in the silence, or just before: our segments were not acknowledged in time, or something of the peer is missing.
    /// A process that hangs has no part in that.
    /// </summary>
    public static bool LosesNow(LossEvidence evidence) =>
        evidence.TimeoutsSinceHeard > 0 || evidence.PathChangesSinceHeard > 0 || evidence.OutOfOrderSinceHeard > 0;

    private static bool IsMuch(long? bad, long? all) => bad >= Few && bad >= all * TooMany;
}
