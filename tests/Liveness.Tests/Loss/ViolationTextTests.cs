using Liveness.Tests.Support;
using Liveness.Tests.Wire.Sessions;

namespace Liveness.Tests;

/// <summary>
/// Every rule that a peer can break, with what its text, its properties and the evidence say. The bytes are those of the protocol page.
/// </summary>
public sealed class ViolationTextTests
{
    /// <summary>Rule, case of the page (null: from its "rejected" block), expected, seen.</summary>
    public static TheoryData<string, string?, string, string> Violations => new()
    {
        { "UnknownFrameType", null, "a type in 0x00 to 0x06 or 0x80 to 0xFF", "0x07" },
        { "DataLength", null, "1 to 65536 bytes", "0 bytes" },
        { "HelloLength", null, "64 to 512 bytes", "63 bytes" },
        { "BeatLength", null, "40 bytes", "39 bytes" },
        { "BeatFlags", null, "flags 0 to 3", "flags 4" },
        { "CreditLength", null, "8 bytes", "9 bytes" },
        { "EndLength", null, "0 bytes", "1 byte" },
        { "GoodbyeLength", null, "2 to 258 bytes", "1 byte" },
        { "RateLength", null, "16 bytes", "12 bytes" },
        { "ExtensionLength", null, "at most 65536 bytes", "65537 bytes" },
        { "ReservedNotZero", null, "0 in byte 35", "1" },
        { "SecondHello", "second-hello", "one HELLO", "a second HELLO" },
        {
            "HelloIntervals", "hello-interval-above-a-day", "intervals up to 86400000 ms, and minRxInterval up to rxInterval unless that is 0",
            "rxInterval 86400001 ms, minRxInterval 20 ms, minTxInterval 20 ms"
        },
        { "HelloMaxFrame", "hello-takes-no-frame", "maxFrame 1 to 65536", "maxFrame 0" },
        { "HelloVersions", "hello-versions-reversed", "minVersion 1 to maxVersion", "minVersion 2, maxVersion 1" },
        { "CreditTooFarAhead", "hello-gives-too-much-credit", "firstCredit up to 1073741824", "firstCredit 1073741825" },
        { "FrameBeforeHello", "frame-before-our-hello-left", "HELLO or GOODBYE until our HELLO leaves", "a frame of type 0x02" },
        { "DataBeyondCredit", "data-that-reaches-beyond-credit", "DATA up to offset 65536", "DATA up to offset 65537" },
        { "DataAfterEnd", "data-after-end", "no DATA after END at offset 0", "a DATA frame of 1 byte" },
        { "SecondEnd", "second-end", "one END", "a second END" },
        { "CreditNotRaised", "credit-not-raised", "an offset above 65536", "offset 65536" },
        { "CreditTooFarAhead", "credit-too-far-ahead", "an offset up to 1073741824", "offset 1073741825" },
        { "SequenceNotNext", "sequence-not-next", "seq 8", "seq 9" },
        { "EchoNeverSent", "echo-before-our-first-beat-left", "no echo: no BEAT has left yet", "echoSeq 0" },
        { "EchoRegressed", "echo-is-gone", "echoSeq * or newer", "no echo" },
        { "CountRegressed", "consumed-goes-back", "received 10 and consumed 5 at least", "received 10, consumed 4" },
        { "CountBeyondSent", "received-beyond-sent", "received 0 at most", "received 1" },
        { "ConsumedBeyondReceived", "consumed-beyond-received", "consumed 5 at most", "consumed 6" },
        {
            "RateIntervals", "rate-intervals", "intervals up to 86400000 ms, and minRxInterval up to rxInterval unless that is 0",
            "rxInterval 10 ms, minRxInterval 11 ms, minTxInterval 20 ms"
        },
        { "RateGeneration", "rate-comes-twice", "generation 2", "generation 1" },
        { "GenerationRegressed", "generation-goes-back", "generation 1 at least", "generation 0" },
        { "GenerationNeverSent", "generation-that-was-never-sent", "generation 0 at most", "generation 1" },
        { "Flood", "flood-of-extensions", "at most 64 control frames ahead of one for each 20 ms", "65 ahead" },
        { "Flood", "flood-of-credit", "at most 64 CREDIT frames for 0 bytes of DATA sent", "65 CREDIT frames" },
    };

    [Theory]
    [MemberData(nameof(Violations))]
    public void A_violation_is_proven_and_says_what_was_expected_and_what_came(string rule, string? vector, string expected, string seen)
    {
        LossObservation observation = vector is null ? Reject(rule) : Play(vector);
        ProtocolViolated loss = (ProtocolViolated)LossFactory.Create(observation, DateTimeOffset.UnixEpoch);

        observation.Rule.ToString().Should().Be(rule);
        loss.Expected.Should().Match(expected);
        loss.Seen.Should().Be(seen);
        loss.Evidence.ProtocolExpected.Should().Be(loss.Expected);
        loss.Evidence.ProtocolSeen.Should().Be(seen);
        (loss.Diagnosis, loss.Certainty).Should().Be((LossDiagnosis.ProtocolBroken, LossCertainty.Proven));
        loss.ToString().Should().Match($"ProtocolViolated: the peer broke rule {loss.Rule}: * (expected {expected}, seen {seen}); "
            + "what arrived breaks the protocol, by the peer or by somebody else who writes into the stream (proven)");
    }

    [Fact]
    public void Every_rule_has_a_row() => Violations.Select(row => (string)row[0]).Distinct()
        .Should().BeEquivalentTo(Enum.GetNames<ProtocolRule>().Where(name => name != nameof(ProtocolRule.None)));

    [Fact]
    public void No_version_in_common_is_proven_and_says_which_versions_the_peer_speaks()
    {
        ConnectionLoss loss = LossFactory.Create(Play("no-common-version"), DateTimeOffset.UnixEpoch);

        (loss.Diagnosis, loss.Certainty).Should().Be((LossDiagnosis.NoCommonVersion, LossCertainty.Proven));
        loss.Evidence.ProtocolExpected.Should().Be("version 1");
        loss.Evidence.ProtocolSeen.Should().Be("versions 2 to 3");
        loss.ToString().Should().Be("HandshakeFailed: no common protocol version: the peer speaks 2 to 3, this end 1; the two ends speak no version in common (proven)");
    }

    private static LossObservation Play(string name)
    {
        SessionVectorRun run = new();
        run.Play(SessionVectorTests.Find(name));
        return run.Loss!;
    }

    private static LossObservation Reject(string rule)
    {
        SessionEnd end = new();
        end.Start(0);
        end.Take(0);
        end.Receive(1, PeerFrames.Hello(), ProtocolPage.Block("rejected").First(vector => vector.Name == rule).Bytes);
        return end.Loss!;
    }
}
