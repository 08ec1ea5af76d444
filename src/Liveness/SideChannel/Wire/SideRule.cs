namespace Liveness.SideChannel;

/// <summary>What a message can break by itself, whatever came before it.</summary>
internal enum SideRule : byte
{
    None = 0,
    UnknownMessageType,
    MessageTooLong,
    MessageLength,
    AskCount,
    AnswerValue,
    AnswerCounts,
    UnwatchReason,
    RefusedReason,
}
