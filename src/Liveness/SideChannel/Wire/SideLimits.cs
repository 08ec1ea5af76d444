namespace Liveness.SideChannel;

/// <summary>Every size of side messages, version 1, in bytes unless named otherwise.</summary>
internal static class SideLimits
{
    public const byte Version = 1;

    /// <summary>Type and length.</summary>
    public const int HeaderSize = 3;
    public const int MaxPayload = 512;
    public const int MaxMessage = HeaderSize + MaxPayload;

    public const int AuthPayload = 2 + Bytes32.Size;
    public const int ProofPayload = 32;
    public const int ReadyPayload = 4;
    public const int WatchPayload = 8 + ConnectionTuple.Size + 8;
    public const int WatchKeyPayload = 8 + Bytes32.Size + 8;
    public const int AnswerPayload = 8 + 1 + 8 + 8;
    public const int UnwatchPayload = 8 + 1;
    public const int RefusedPayload = 8 + 1;

    /// <summary>Connections in one question.</summary>
    public const int MaxAskIds = 60;
}
