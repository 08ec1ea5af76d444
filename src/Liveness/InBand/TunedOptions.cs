namespace Liveness;

/// <summary>What the options of one TCP socket were, and what they are for us.</summary>
internal record struct TunedOptions()
{
    /// <summary>The same number everywhere.</summary>
    private const byte TcpNoDelay = 1;

    // Linux' numbers (linux/tcp.h), the last two since 6.15.
    private const byte TcpThinLinearTimeouts = 16;
    private const byte TcpNotSentLowWater = 25;
    private const byte TcpRtoMax = 44;
    private const byte TcpRtoMin = 45;

    public TunedOption NoDelay = new(TcpNoDelay);
    public TunedOption UnsentLimit = new(TcpNotSentLowWater);
    public TunedOption Thin = new(TcpThinLinearTimeouts);
    public TunedOption RtoMax = new(TcpRtoMax);
    public TunedOption RtoMin = new(TcpRtoMin);
    public RetransmissionPace Pace;
}
