using System.Net.Sockets;

namespace Liveness.NetworkTests.Peer;

/// <summary>What a test looks at of a loss.</summary>
internal sealed record LossReport
{
    public required string Type { get; init; }

    public LossDiagnosis Diagnosis { get; init; }

    public LossCertainty Certainty { get; init; }

    public TimeSpan Silence { get; init; }

    public TimeSpan Bound { get; init; }

    public string? IncidentId { get; init; }

    /// <summary>Time in which that process could not run during the silence.</summary>
    public TimeSpan OwnPauses { get; init; }

    public TimeSpan Excused { get; init; }

    public SocketError? SocketError { get; init; }

    public required string Text { get; init; }

    public string? Kernel { get; init; }

    public static LossReport Of(ConnectionLoss loss) => new()
    {
        Type = loss.GetType().Name,
        Diagnosis = loss.Diagnosis,
        Certainty = loss.Certainty,
        Silence = loss.Silence,
        Bound = loss.Bound,
        IncidentId = loss.Evidence.IncidentId,
        OwnPauses = loss.Evidence.OwnPauses ?? TimeSpan.Zero,
        Excused = Sum(loss.Evidence.ExcusedAfterOwnPause, loss.Evidence.ExcusedForHoleRepair, loss.Evidence.ExcusedWhileStarved),
        SocketError = loss.Evidence.SocketError,
        Text = loss.ToString(),
        Kernel = loss.Evidence.Kernel is { } kernel
            ? $"{kernel.State}, sent {kernel.BytesSent}, acknowledged {kernel.BytesAcknowledged}, unacknowledged segments {kernel.UnacknowledgedSegments}, retransmits {kernel.Retransmits}, probes {kernel.UnansweredProbes}, since ack {kernel.SinceAckReceived?.TotalMilliseconds} ms, peer window {kernel.PeerWindowBytes}, segments in silence {loss.Evidence.SegmentsInSilence}"
            : null,
    };

    private static TimeSpan Sum(params TimeSpan?[] parts) => parts.Aggregate(TimeSpan.Zero, (sum, part) => sum + (part ?? TimeSpan.Zero));
}
