namespace Liveness;

/// <summary>The rule of the wire protocol that a peer broke. PROTOCOL.md lists them with their names.</summary>
internal enum ProtocolRule : byte
{
    None = 0,

    // found by the frame reader
    UnknownFrameType,
    DataLength,
    HelloLength,
    BeatLength,
    BeatFlags,
    CreditLength,
    EndLength,
    GoodbyeLength,
    RateLength,
    ExtensionLength,
    ReservedNotZero,

    // found by the session
    SecondHello,
    HelloIntervals,
    HelloMaxFrame,
    HelloVersions,
    FrameBeforeHello,
    DataBeyondCredit,
    DataAfterEnd,
    SecondEnd,
    CreditNotRaised,
    CreditTooFarAhead,
    SequenceNotNext,
    EchoRegressed,
    EchoNeverSent,
    CountRegressed,
    CountBeyondSent,
    ConsumedBeyondReceived,
    RateIntervals,
    RateGeneration,
    GenerationRegressed,
    GenerationNeverSent,
    Flood,
}
