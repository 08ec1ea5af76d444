namespace Liveness.Presence.Tests.Schedules;

/// <summary>What goes wrong with one question to the store.</summary>
internal enum Fault
{
    None = 0,

    /// <summary>It does not reach the store.</summary>
    NeverSent,

    /// <summary>It reaches the store, and the answer is lost.</summary>
    AnswerLost,

    /// <summary>It is given up, and reaches the store a while later.</summary>
    ArrivesLate,
}
