namespace Liveness;

/// <summary>A write that the transport has refused: it stops the sending and is evidence, but it is judged only if the read side does not
/// explain it soon. Immutable.</summary>
internal sealed class FailedWrite(Exception failure, Instant at)
{
    public Exception Failure { get; } = failure;

    /// <summary>What is left of the time in which the read side may explain it. A process that slept after the failure, or whose pool was
    /// behind, has not read since: the goodbye that explains it may wait here.</summary>
    /// <param name="bound">Of the connection.</param>
    /// <param name="now">The present.</param>
    /// <param name="health">Of this process.</param>
    public TimeSpan ChanceLeft(TimeSpan bound, Instant now, in LocalHealth health) =>
        Deadline.Left(Deadline.OfFailedWrite(bound), at, now, health, answerMayWait: true);

    /// <summary>When that time is to be looked at next.</summary>
    /// <inheritdoc cref="ChanceLeft"/>
    public Instant NextLook(TimeSpan bound, Instant now, in LocalHealth health) =>
        Deadline.NextLook(Deadline.OfFailedWrite(bound), at, now, health, answerMayWait: true);

    /// <summary>It is time to measure how far our pool is behind.</summary>
    public static bool IsNear(TimeSpan bound, TimeSpan left) => Deadline.IsNear(Deadline.OfFailedWrite(bound), left);
}
