namespace Liveness;

[Flags]
internal enum BeatFlags : byte
{
    None = 0,

    /// <summary>A probe: the receiver answers at once.</summary>
    AnswerAtOnce = 1,

    /// <summary>The answer to a probe.</summary>
    IsAnswer = 2,
}
