using System.Buffers.Binary;

namespace Liveness.SideChannel;

/// <summary>What a side message must look like.</summary>
internal static class SideRules
{
    public static SideRule CheckHeader(SideMessageType type, int length)
    {
        if (type is < SideMessageType.Auth or > SideMessageType.Refused)
        {
            return SideRule.UnknownMessageType;
        }

        return length > SideLimits.MaxPayload ? SideRule.MessageTooLong
            : FitsType(type, length) ? SideRule.None
            : SideRule.MessageLength;
    }

    /// <param name="payload">Of the length that <see cref="CheckHeader"/> let pass.</param>
    public static SideRule CheckPayload(SideMessageType type, ReadOnlySpan<byte> payload) => type switch
    {
        SideMessageType.Ask => Expect(payload.Length == 2 + (8 * BinaryPrimitives.ReadUInt16BigEndian(payload)), SideRule.AskCount),
        SideMessageType.Answer => CheckAnswer(payload),
        SideMessageType.Unwatch => Expect(
            (UnwatchReason)payload[8] is UnwatchReason.NoLongerWatched or UnwatchReason.SocketClosed or UnwatchReason.Lost,
            SideRule.UnwatchReason),
        SideMessageType.Refused => Expect(
            (WatchRefusal)payload[8] is WatchRefusal.TooManyWatches or WatchRefusal.IdInUse, SideRule.RefusedReason),
        _ => SideRule.None,
    };

    private static bool FitsType(SideMessageType type, int length) => type switch
    {
        SideMessageType.Auth => length == SideLimits.AuthPayload,
        SideMessageType.Proof => length == SideLimits.ProofPayload,
        SideMessageType.Ready => length == SideLimits.ReadyPayload,
        SideMessageType.Watch => length == SideLimits.WatchPayload,
        SideMessageType.WatchKey => length == SideLimits.WatchKeyPayload,
        SideMessageType.Answer => length == SideLimits.AnswerPayload,
        SideMessageType.Ask => length is >= 2 + 8 and <= 2 + (8 * SideLimits.MaxAskIds) && (length - 2) % 8 == 0,
        SideMessageType.Unwatch => length == SideLimits.UnwatchPayload,
        SideMessageType.Refused => length == SideLimits.RefusedPayload,
        _ => false,
    };

    private static SideRule CheckAnswer(ReadOnlySpan<byte> payload)
    {
        AnswerMessage answer = SideMessageDecoder.ReadAnswer(payload);
        bool counts = answer.BytesReceived != AnswerMessage.Unknown || answer.BytesSent != AnswerMessage.Unknown;
        return answer.Answer is < SideAnswer.Watched or > SideAnswer.Closing ? SideRule.AnswerValue
            : Expect(!counts || answer.Answer == SideAnswer.Watched, SideRule.AnswerCounts);
    }

    private static SideRule Expect(bool holds, SideRule rule) => holds ? SideRule.None : rule;
}
