namespace Liveness.SideChannel;

/// <summary>The answer to a watch or a question, also sent unasked when it changes.</summary>
/// <param name="BytesReceived">By the sender's kernel on that connection; <see cref="Unknown"/> unless watched.</param>
/// <param name="BytesSent">By the sender's kernel, each byte once; <see cref="Unknown"/> unless watched.</param>
internal readonly record struct AnswerMessage(ulong Id, SideAnswer Answer, ulong BytesReceived, ulong BytesSent)
{
    public const ulong Unknown = ulong.MaxValue;

    /// <summary>A count of the two; null = unknown.</summary>
    public static long? Known(ulong count) => count == Unknown ? null : (long)Math.Min(count, long.MaxValue);
}
