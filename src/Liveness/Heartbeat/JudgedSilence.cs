namespace Liveness;

/// <summary>A silence that has lasted for so long that the peer is suspect.</summary>
/// <param name="Length">What of it is held against the peer.</param>
/// <param name="LastReceived">Since when.</param>
/// <param name="Timing">What was agreed.</param>
/// <param name="Tick">How finely the connection is timed.</param>
/// <param name="AnswerTime">How long an answer takes; more than a bound is nobody's answer time.</param>
internal readonly record struct JudgedSilence(
    TimeSpan Length, Instant LastReceived, HeartbeatTiming Timing, TimeSpan Tick, TimeSpan AnswerTime);
