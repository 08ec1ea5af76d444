namespace Liveness.Diagnostics;

/// <summary>The names under which this library traces (System.Diagnostics.Activity): part of the contract, never changed.</summary>
/// <remarks>
/// <para>Metrics have no tag that tells one connection from another, and never will: there would be a series for each. Exemplars are what
/// leads from a number to one of those that are in it, and they hold the trace that is current where the number is measured. So a loss is
/// measured inside an activity of its own, where somebody listens to <see cref="SourceName"/> (<c>AddSource("Liveness")</c> in
/// OpenTelemetry) and samples it: the exemplars of <see cref="LivenessMeter.ConnectionLosses"/>,
/// <see cref="LivenessMeter.LossDetectionDuration"/> and <see cref="LivenessMeter.ConnectionDuration"/> then lead to it.</para>
/// <para>Its tags: <c>liveness.connection.own_id</c>, <c>liveness.connection.id</c>, <c>liveness.connection.name</c>,
/// <c>network.peer.address</c> (or the description that it was attached with), <c>error.type</c>, <c>liveness.diagnosis</c>,
/// <c>liveness.certainty</c> and <c>liveness.incident.id</c>, each where it is known.</para>
/// </remarks>
public static class LivenessActivities
{
    /// <summary>The name of the source.</summary>
    public const string SourceName = "Liveness";

    /// <summary>A loss: a root, for it belongs to no request. It lasts as long as the measuring.</summary>
    public const string ConnectionLost = "liveness.connection.lost";
}
