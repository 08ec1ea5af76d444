using System.Globalization;

namespace Liveness;

/// <summary>The peer said goodbye with a code that is no orderly close.</summary>
public sealed class PeerGaveUp : ConnectionLoss
{
    internal PeerGaveUp(LossObservation observation, DateTimeOffset detectedAt)
        : base(observation, detectedAt)
    {
        GoodbyeFrame goodbye = observation.Goodbye
            ?? throw new ArgumentException("A peer gives up by a goodbye, and the observation has none.", nameof(observation));
        Code = goodbye.Code;
        Reason = goodbye.Reason;
    }

    /// <summary>The code as the peer sent it: may be one that this version does not know.</summary>
    public GoodbyeCode Code { get; }

    /// <summary>
    /// Text of the peer, at most 256 bytes of UTF-8, control characters escaped; empty where it gave none. Not to be trusted.
    /// </summary>
    public string Reason { get; }

    /// <summary>"peer_gave_up".</summary>
    public override string ErrorType => "peer_gave_up";

    private protected override string Describe()
    {
        string said = Code switch
        {
            GoodbyeCode.JudgedLost => "the peer judged us lost",
            GoodbyeCode.ProtocolViolation => "the peer says that we broke the protocol",
            GoodbyeCode.Refused => "the peer refused the connection",
            GoodbyeCode.Aborted => "the peer's application aborted the connection",
            GoodbyeCode.OutboundDead => "the peer heard us, and found that what it sent does not arrive here",
            GoodbyeCode.CloseTimedOut => "the peer closed the connection, its close made no progress, and it cut the connection off",
            _ => string.Create(CultureInfo.InvariantCulture, $"the peer said goodbye with code {(int)Code}"),
        };
        return Reason.Length == 0 ? said : $"{said}, saying \"{Reason}\"";
    }
}
