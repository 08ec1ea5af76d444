namespace Liveness;

/// <summary>The stable name of every protocol rule, and what breaking it means in plain words.</summary>
internal static class ProtocolRuleText
{
    public static (string Name, string Words) Of(ProtocolRule rule) => rule switch
    {
        ProtocolRule.None => ("none", "no rule was named"),
        ProtocolRule.UnknownFrameType => ("unknown_frame_type", "a frame of a type that no version knows"),
        ProtocolRule.DataLength => ("data_length", "a DATA frame of a length that is not allowed"),
        ProtocolRule.HelloLength => ("hello_length", "a HELLO of a length that is not allowed"),
        ProtocolRule.BeatLength => ("beat_length", "a BEAT of a length that is not allowed"),
        ProtocolRule.BeatFlags => ("beat_flags", "a BEAT with flags that are not allowed"),
        ProtocolRule.CreditLength => ("credit_length", "a CREDIT of a length that is not allowed"),
        ProtocolRule.EndLength => ("end_length", "an END of a length that is not allowed"),
        ProtocolRule.GoodbyeLength => ("goodbye_length", "a GOODBYE of a length that is not allowed"),
        ProtocolRule.RateLength => ("rate_length", "a RATE of a length that is not allowed"),
        ProtocolRule.ExtensionLength => ("extension_length", "an extension frame longer than allowed"),
        ProtocolRule.ReservedNotZero => ("reserved_not_zero", "a reserved field that is not zero"),
        ProtocolRule.SecondHello => ("second_hello", "a second HELLO"),
        ProtocolRule.HelloIntervals => ("hello_intervals", "a HELLO with intervals that are not allowed"),
        ProtocolRule.HelloMaxFrame => ("hello_max_frame", "a HELLO with a largest frame that is not allowed"),
        ProtocolRule.HelloVersions => ("hello_versions", "a HELLO with versions that are not allowed"),
        ProtocolRule.FrameBeforeHello => ("frame_before_hello", "a frame before our HELLO"),
        ProtocolRule.DataBeyondCredit => ("data_beyond_credit", "more DATA than we gave credit for"),
        ProtocolRule.DataAfterEnd => ("data_after_end", "DATA after END"),
        ProtocolRule.SecondEnd => ("second_end", "a second END"),
        ProtocolRule.CreditNotRaised => ("credit_not_raised", "a CREDIT that grants nothing new"),
        ProtocolRule.CreditTooFarAhead => ("credit_too_far_ahead", "credit too far ahead"),
        ProtocolRule.SequenceNotNext => ("sequence_not_next", "a BEAT out of sequence"),
        ProtocolRule.EchoRegressed => ("echo_regressed", "an echo older than the one before"),
        ProtocolRule.EchoNeverSent => ("echo_never_sent", "an echo of a BEAT that we never sent"),
        ProtocolRule.CountRegressed => ("count_regressed", "a byte count that fell"),
        ProtocolRule.CountBeyondSent => ("count_beyond_sent", "a byte count beyond what we sent"),
        ProtocolRule.ConsumedBeyondReceived => ("consumed_beyond_received", "more bytes consumed than received"),
        ProtocolRule.RateIntervals => ("rate_intervals", "a RATE with intervals that are not allowed"),
        ProtocolRule.RateGeneration => ("rate_generation", "a RATE out of sequence"),
        ProtocolRule.GenerationRegressed => ("generation_regressed", "a rate generation older than the one before"),
        ProtocolRule.GenerationNeverSent => ("generation_never_sent", "a rate generation that we never sent"),
        ProtocolRule.Flood => ("flood", "more control frames than the flood guard allows"),
        _ => throw new ArgumentOutOfRangeException(nameof(rule), rule, null),
    };
}
