using static Liveness.FrameOffences;

namespace Liveness;

/// <summary>
/// Expected and seen, for the rules that only the state of the connection tells: asked once, right after a rule was broken, while that
/// state still stands.
/// </summary>
internal static class SessionOffences
{
    /// <param name="rule">That was broken.</param>
    /// <param name="reader">Of the frame that broke it.</param>
    /// <param name="payload">Of a control frame; empty otherwise.</param>
    /// <param name="machine">Null before both HELLOs are through.</param>
    /// <param name="credit">What the peer lets us send.</param>
    /// <param name="window">What we let the peer send.</param>
    public static Offence Of(
        ProtocolRule rule,
        in FrameReader reader,
        ReadOnlySpan<byte> payload,
        HeartbeatMachine? machine,
        SendCredit credit,
        CreditWindow window)
    {
        return FrameOffences.Of(reader, rule) ?? rule switch
        {
            ProtocolRule.FrameBeforeHello => new Offence(
                "HELLO or GOODBYE until our HELLO leaves", $"a frame of type 0x{(byte)reader.Type:X2}"),
            ProtocolRule.SecondHello => new Offence("one HELLO", "a second HELLO"),
            ProtocolRule.SecondEnd => new Offence("one END", "a second END"),
            ProtocolRule.DataBeyondCredit => new Offence(
                $"DATA up to offset {window.Granted}", $"DATA up to offset {window.Received + (ulong)reader.LastFrameData}"),
            ProtocolRule.DataAfterEnd => new Offence(
                $"no DATA after END at offset {window.Received}", $"a DATA frame of {Bytes(reader.LastFrameData)}"),
            ProtocolRule.CreditNotRaised => new Offence($"an offset above {credit.Limit}", $"offset {FrameDecoder.Credit(payload)}"),
            ProtocolRule.CreditTooFarAhead when reader.Type == FrameType.Credit => new Offence(
                $"an offset up to {credit.Furthest}", $"offset {FrameDecoder.Credit(payload)}"),
            ProtocolRule.Flood => OfFlood(reader.Type, machine!, credit),
            _ => reader.Type switch
            {
                FrameType.Hello => OfHello(rule, FrameDecoder.Hello(payload)),
                FrameType.Beat => OfBeat(rule, FrameDecoder.Beat(payload), machine!, credit),
                _ => OfRate(rule, FrameDecoder.Rate(payload), machine!),
            },
        };
    }

    /// <summary>Where the peer's HELLO has no version that we speak.</summary>
    public static Offence OfVersions(HelloFrame hello) =>
        new($"version {WireLimits.Version}", $"versions {hello.MinVersion} to {hello.MaxVersion}");

    private static Offence OfFlood(FrameType type, HeartbeatMachine machine, SendCredit credit)
    {
        if (type == FrameType.Credit)
        {
            ulong allowed = FloodGuard.CreditsFor(credit.Sent);
            return new Offence($"at most {allowed} CREDIT frames for {credit.Sent} bytes of DATA sent", $"{allowed + 1} CREDIT frames");
        }

        return new Offence(
            $"at most {FloodGuard.Depth} control frames ahead of one for each {Number((long)machine.GuardedInterval.TotalMilliseconds)} ms",
            $"{FloodGuard.Depth + 1} ahead");
    }

    private static Offence OfHello(ProtocolRule rule, HelloFrame hello) => rule switch
    {
        ProtocolRule.HelloVersions => new Offence(
            "minVersion 1 to maxVersion", $"minVersion {hello.MinVersion}, maxVersion {hello.MaxVersion}"),
        ProtocolRule.HelloMaxFrame => new Offence($"maxFrame 1 to {WireLimits.MaxDataPayload}", $"maxFrame {hello.MaxFrame}"),
        ProtocolRule.CreditTooFarAhead => new Offence(
            $"firstCredit up to {Number(WireLimits.MaxCreditAhead)}", $"firstCredit {hello.FirstCredit}"),
        _ => OfIntervals(hello.Intervals),
    };

    private static Offence OfIntervals(WireIntervals seen) => new(
        $"intervals up to {WireLimits.MaxIntervalMilliseconds} ms, and minRxInterval up to rxInterval unless that is 0",
        $"rxInterval {seen.RxMilliseconds} ms, minRxInterval {seen.MinRxMilliseconds} ms, minTxInterval {seen.MinTxMilliseconds} ms");

    private static Offence OfBeat(ProtocolRule rule, in BeatFrame beat, HeartbeatMachine machine, SendCredit credit)
    {
        HeardBeats before = machine.Heard;
        string echo = beat.HasEcho ? $"echoSeq {beat.EchoSequence}" : "no echo";
        return rule switch
        {
            ProtocolRule.SequenceNotNext => new Offence($"seq {unchecked(before.Sequence + 1)}", $"seq {beat.Sequence}"),
            ProtocolRule.EchoRegressed => new Offence($"echoSeq {machine.EchoedSequence} or newer", echo),
            ProtocolRule.EchoNeverSent => new Offence(
                machine.BeatsSent == 0 ? "no echo: no BEAT has left yet" : $"echoSeq of a BEAT that has left, {machine.NewestSent} at most",
                echo),
            ProtocolRule.CountRegressed => new Offence(
                $"received {before.Received} and consumed {before.Consumed} at least",
                $"received {beat.Received}, consumed {beat.Consumed}"),
            ProtocolRule.CountBeyondSent => new Offence($"received {credit.Sent} at most", $"received {beat.Received}"),
            ProtocolRule.ConsumedBeyondReceived => new Offence($"consumed {beat.Received} at most", $"consumed {beat.Consumed}"),
            ProtocolRule.GenerationRegressed => new Offence(
                $"generation {machine.RatesConfirmed} at least", $"generation {beat.RateGeneration}"),
            _ => new Offence($"generation {machine.RatesSent} at most", $"generation {beat.RateGeneration}"),
        };
    }

    private static Offence OfRate(ProtocolRule rule, in RateFrame rate, HeartbeatMachine machine) => rule == ProtocolRule.RateGeneration
        ? new Offence($"generation {unchecked(machine.RatesApplied + 1)}", $"generation {rate.Generation}")
        : OfIntervals(rate.Intervals);
}
