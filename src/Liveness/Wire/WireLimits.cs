namespace Liveness;

/// <summary>Every size and bound of wire version 1, in bytes unless named otherwise.</summary>
internal static class WireLimits
{
    public const byte Version = 1;
    public const int HeaderSize = 4;

    /// <summary>"LIVE", the first four payload bytes of HELLO.</summary>
    public const uint Magic = 0x4C495645;

    public const int MaxDataPayload = 64 * 1024;
    public const int MaxExtensionPayload = 64 * 1024;
    public const int HelloPayload = 64;
    public const int MaxHelloPayload = 512;
    public const int BeatPayload = 40;
    public const int CreditPayload = 8;
    public const int RatePayload = 16;
    public const int ReconnectAfterPayload = 4;
    public const int MaxGoodbyeReason = 256;
    public const int MaxGoodbyePayload = 2 + MaxGoodbyeReason;

    /// <summary>The largest control frame of version 1 with its header.</summary>
    public const int MaxControlFrame = HeaderSize + MaxGoodbyePayload;

    /// <summary>How far a CREDIT may lie ahead of what was sent.</summary>
    public const long MaxCreditAhead = 1L << 30;

    /// <summary>The longest interval that HELLO and RATE may carry: one day.</summary>
    public const uint MaxIntervalMilliseconds = 24 * 60 * 60 * 1000;

    /// <summary>The longest time that a peer can be asked to stay away: one day.</summary>
    public const uint MaxReconnectAfterMilliseconds = 24 * 60 * 60 * 1000;

    /// <summary>The bytes of a foreign protocol that are kept as evidence.</summary>
    public const int FirstBytesKept = 16;

    public static ReadOnlySpan<byte> MagicBytes => "LIVE"u8;
}
