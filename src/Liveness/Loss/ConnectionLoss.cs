using System.Globalization;

namespace Liveness;

/// <summary>Why a connection was lost: the type says how it was observed, <see cref="Diagnosis"/> what that most likely means.</summary>
/// <remarks>
/// Immutable. Only this library derives kinds; minor versions may add some, so keep a default arm where you switch over them.
/// </remarks>
/// <example>
/// <code>
/// private static string Describe(ConnectionLoss loss) =&gt; loss switch
/// {
///     HeartbeatTimedOut h =&gt; $"silent for {h.Silence.TotalSeconds} s, {h.MissedBeats} beats missed: {h.Diagnosis} ({h.Certainty})",
///     ConnectionReset =&gt; $"reset: {loss.Diagnosis}",
///     _ =&gt; loss.ToString(),
/// };
/// </code>
/// </example>
public abstract class ConnectionLoss
{
    private protected ConnectionLoss(LossObservation observation, DateTimeOffset detectedAt)
    {
        Kind = observation.Kind;
        DetectedAt = detectedAt;
        Silence = observation.Silence;
        Bound = observation.Bound;
        Evidence = observation.Evidence;
        Exception = observation.Exception;
        (Diagnosis, Certainty) = DiagnosisRules.Diagnose(observation);
    }

    /// <summary>When the loss was judged, by the wall clock: for display and logs only.</summary>
    public DateTimeOffset DetectedAt { get; }

    /// <summary>
    /// How long nothing had been received when the loss was judged, less the time in which this process itself could not run.
    /// </summary>
    public TimeSpan Silence { get; }

    /// <summary>
    /// The silence that this connection allowed at that moment. <see cref="Timeout.InfiniteTimeSpan"/> = it was not limited.
    /// </summary>
    public TimeSpan Bound { get; }

    /// <summary>What the loss most likely means.</summary>
    public LossDiagnosis Diagnosis { get; }

    /// <summary>How sure <see cref="Diagnosis"/> is.</summary>
    public LossCertainty Certainty { get; }

    /// <summary>The measurements that the loss rests on.</summary>
    public LossEvidence Evidence { get; }

    /// <summary>What the transport threw; null where the loss was judged without an exception.</summary>
    public Exception? Exception { get; }

    /// <summary>
    /// The kind as a stable snake_case text, for metrics (<c>error.type</c>) and for searching logs. Never contains text of the peer.
    /// </summary>
    public abstract string ErrorType { get; }

    internal LossKind Kind { get; }

    /// <summary>In-band, the peer had not introduced itself: so it may have been anybody.</summary>
    internal bool IsBeforeHandshake => Evidence.IncidentId is null && Evidence.BytesReceived == 0;

    private protected string SilenceText => LossText.Duration(Silence);

    /// <summary>Before the handshake is through nothing may have been heard at all.</summary>
    private protected string LastHeardText =>
        IsBeforeHandshake
            ? "before the handshake was through"
            : $"last byte heard {SilenceText} before";

    private protected string BoundText => LossText.Duration(Bound);

    /// <summary>What was observed, in plain words, without a full stop.</summary>
    private protected abstract string Describe();

    /// <summary>
    /// One line in plain words for a person: the kind, what was observed, what it most likely means. Not for parsing: its wording may
    /// change.
    /// </summary>
    public sealed override string ToString()
    {
        return LossText.OneLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Kind}: {Describe()}; {LossText.Meaning(Diagnosis, Certainty, Evidence)}"));
    }
}
