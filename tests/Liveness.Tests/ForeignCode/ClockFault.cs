namespace Liveness.Tests.ForeignCode;

/// <summary>What a clock of others does where it is asked.</summary>
public enum ClockFault
{
    ThrowsInGetTimestamp,
    ThrowsInGetUtcNow,
    ThrowsInTimestampFrequency,
    ThrowsInCreateTimer,
    ThrowsInChange,

    /// <summary>As a mocking library's clock answers whatever nobody has set up.</summary>
    AnswersZeroAndNull,
}
