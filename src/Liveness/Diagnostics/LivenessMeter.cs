namespace Liveness.Diagnostics;

/// <summary>The names under which this library measures (System.Diagnostics.Metrics): part of the contract, never changed.</summary>
/// <remarks>
/// <para>Listen by name: <c>AddMeter(LivenessMeter.Name)</c> in OpenTelemetry, <c>dotnet-counters monitor --counters Liveness</c>.
/// Where an options class has a <c>MeterFactory</c>, its connections are measured by a meter of that factory, otherwise by one meter of the
/// process.</para>
/// <para>Every instrument but <see cref="LocalStallDuration"/> has the tags <c>liveness.mode</c> (<c>in_band</c>, <c>side_channel</c>,
/// <c>kernel_only</c>, <c>protocol_ping</c>, or <c>side</c> for the side connections themselves) and, where a <c>Name</c> is configured,
/// <c>liveness.connection.name</c>. No tag ever carries an id, an address or text of a peer.</para>
/// <para>Callbacks of a listener run on a thread that uses the connection or on the thread pool, never under a lock and never on the
/// scheduler's thread. What they throw breaks no connection; the first such exception is traced.</para>
/// </remarks>
public static class LivenessMeter
{
    /// <summary>The name of the meter.</summary>
    public const string Name = "Liveness";

    /// <summary>
    /// UpDownCounter, {connection}: connections that are watched now, from the start of the handshake or of the watching to the end. A
    /// connection that began while there was no listener is not counted at its end either.
    /// </summary>
    public const string ActiveConnections = "liveness.active_connections";

    /// <summary>
    /// Histogram, seconds: how long a connection was watched, recorded at its end. Has the tag <c>error.type</c>
    /// (<see cref="ConnectionLoss.ErrorType"/>) where it was lost, and only there.
    /// </summary>
    public const string ConnectionDuration = "liveness.connection.duration";

    /// <summary>
    /// Counter, {connection}: losses, with the tags <c>error.type</c> and <c>liveness.diagnosis</c> (the <see cref="LossDiagnosis"/> in
    /// snake_case).
    /// </summary>
    public const string ConnectionLosses = "liveness.connection.losses";

    /// <summary>
    /// Counter, {change}: <see cref="ConnectionSnapshot.PathChanges"/> of all connections, as they come; of in-band connections over IPv6
    /// on Linux.
    /// </summary>
    public const string PathChanges = "liveness.connection.path_changes";

    /// <summary>
    /// Histogram, seconds: round trips of heartbeats, less the time that they lay at the peer. Beats that are echoed together count once,
    /// as the newest of them.
    /// </summary>
    public const string HeartbeatRoundTripDuration = "liveness.heartbeat.round_trip.duration";

    /// <summary>
    /// Counter, {probe}: beats that ask for an answer at once, because the peer is silent, the network has changed, or the application
    /// wants to know. Counted with the next beat received, or at the end.
    /// </summary>
    public const string HeartbeatProbes = "liveness.heartbeat.probes";

    /// <summary>
    /// Histogram, seconds: <see cref="ConnectionLoss.Silence"/> of each loss, with the tag <c>error.type</c>. Of <c>heartbeat_timed_out</c>
    /// it is how long the detection took.
    /// </summary>
    public const string LossDetectionDuration = "liveness.loss.detection.duration";

    /// <summary>
    /// Gauge, seconds: <see cref="BoundAdvice.DetectWithin"/>, the advised one. Not there before one hour was watched, nor for connections
    /// without a heartbeat.
    /// </summary>
    public const string AdvisedBound = "liveness.bound.advised";

    /// <summary>
    /// Gauge, seconds: <see cref="BoundAdvice.LeastBound"/>, what living connections have needed so far. There when the advised one is.
    /// </summary>
    public const string NeededBound = "liveness.bound.needed";

    /// <summary>
    /// Counter, seconds: <see cref="BoundAdvice.WatchedFor"/>, for which the other two speak.
    /// </summary>
    public const string WatchedTime = "liveness.watched.time";

    /// <summary>
    /// Histogram, seconds: pauses of this process itself, as the scheduler's thread sees them. Of the process's own meter only, and without
    /// tags.
    /// </summary>
    public const string LocalStallDuration = "liveness.local_stall.duration";
}
