using Liveness.Tests.Support;

namespace Liveness.Tests.InBand;

/// <summary>Every rule of the session, broken by a peer made by hand.</summary>
public class SessionViolationTests
{
    [Fact]
    public void Before_HELLO_nothing_but_HELLO_can_come()
    {
        SessionEnd end = new();
        end.Start(0);
        end.Receive(1, PeerFrames.Hello());

        end.Receive(1, PeerFrames.Beat(1));

        end.Loss!.Rule.Should().Be(ProtocolRule.FrameBeforeHello);
        end.Session.Farewell.Should().BeNull("our own HELLO has not left");
    }

    [Fact]
    public void A_second_HELLO() => Expect(Say(PeerFrames.Hello()), ProtocolRule.SecondHello, "second_hello");

    [Theory]
    [InlineData(1_000u, 1_001u, 20u)]
    [InlineData(86_400_001u, 20u, 20u)]
    public void A_HELLO_with_contradictory_intervals(uint rx, uint minRx, uint minTx) =>
        Expect(Greet(PeerFrames.GoodHello with { Intervals = new WireIntervals(rx, minRx, minTx) }), ProtocolRule.HelloIntervals, "hello_intervals");

    [Theory]
    [InlineData(0u)]
    [InlineData(65_537u)]
    public void A_HELLO_with_an_impossible_frame(uint maxFrame) =>
        Expect(Greet(PeerFrames.GoodHello with { MaxFrame = maxFrame }), ProtocolRule.HelloMaxFrame, "hello_max_frame");

    [Theory]
    [InlineData(0, 1)]
    [InlineData(2, 1)]
    public void A_HELLO_with_contradictory_versions(byte least, byte most) =>
        Expect(Greet(PeerFrames.GoodHello with { MinVersion = least, MaxVersion = most }), ProtocolRule.HelloVersions, "hello_versions");

    [Fact]
    public void A_HELLO_with_too_much_credit() =>
        Expect(Greet(PeerFrames.GoodHello with { FirstCredit = (1UL << 30) + 1 }), ProtocolRule.CreditTooFarAhead, "credit_too_far_ahead");

    [Fact]
    public void One_byte_beyond_the_credit()
    {
        SessionEnd end = Say(PeerFrames.Data(65_536));
        end.Loss.Should().BeNull();

        end.Receive(2, PeerFrames.Data(1));

        Expect(end, ProtocolRule.DataBeyondCredit, "data_beyond_credit");
        end.Read(out byte[] data).Should().Be(ReadStatus.Data);
        data.Should().HaveCount(65_536, "what came before the loss stays readable");
        end.Read(out _).Should().Be(ReadStatus.Failed);
    }

    [Fact]
    public void Data_after_END() => Expect(Say(PeerFrames.End(), PeerFrames.Data(1)), ProtocolRule.DataAfterEnd, "data_after_end");

    [Fact]
    public void A_second_END() => Expect(Say(PeerFrames.End(), PeerFrames.End()), ProtocolRule.SecondEnd, "second_end");

    [Fact]
    public void Credit_that_does_not_rise() => Expect(Say(PeerFrames.Credit(65_536)), ProtocolRule.CreditNotRaised, "credit_not_raised");

    [Fact]
    public void Credit_too_far_ahead() => Expect(Say(PeerFrames.Credit((1UL << 30) + 1)), ProtocolRule.CreditTooFarAhead, "credit_too_far_ahead");

    [Fact]
    public void A_beat_out_of_sequence() => Expect(Say(PeerFrames.Beat(5), PeerFrames.Beat(7)), ProtocolRule.SequenceNotNext, "sequence_not_next");

    [Fact]
    public void A_count_of_bytes_that_we_never_sent() => Expect(Say(PeerFrames.Beat(5, received: 1)), ProtocolRule.CountBeyondSent, "count_beyond_sent");

    [Fact]
    public void A_generation_that_we_never_sent() => Expect(Say(PeerFrames.Beat(5, generation: 1)), ProtocolRule.GenerationNeverSent, "generation_never_sent");

    [Fact]
    public void A_RATE_out_of_sequence() => Expect(Say(PeerFrames.Rate(2)), ProtocolRule.RateGeneration, "rate_generation");

    [Fact]
    public void A_RATE_with_contradictory_intervals() =>
        Expect(Say(PeerFrames.Rate(1, new WireIntervals(10, 11, 20))), ProtocolRule.RateIntervals, "rate_intervals");

    [Fact]
    public void What_the_reader_finds() => Expect(Say(PeerFrames.Raw(0x0F, 0)), ProtocolRule.UnknownFrameType, "unknown_frame_type");

    [Theory]
    [InlineData(5, BeatFlags.None)]
    [InlineData(5, BeatFlags.AnswerAtOnce)]
    [InlineData(5, BeatFlags.IsAnswer)]
    public void A_flood_of_beats(uint first, object flags)
    {
        uint sequence = first;
        ExpectFlood(() => PeerFrames.Beat(sequence++, (BeatFlags)flags), 64);
    }

    [Fact]
    public void A_flood_of_RATE()
    {
        uint generation = 1;
        ExpectFlood(() => PeerFrames.Rate(generation++), 64);
    }

    [Fact]
    public void A_flood_of_CREDIT()
    {
        ulong offset = 65_537;
        ExpectFlood(() => PeerFrames.Credit(offset++), 64);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(65_536)]
    public void A_flood_of_extensions(int length)
    {
        byte[] frame = PeerFrames.Raw(0x80, length);
        ExpectFlood(() => frame, 64);
    }

    [Fact]
    public void A_violation_ends_the_parsing_and_the_sending()
    {
        SessionEnd end = Say(PeerFrames.End(), PeerFrames.End());
        LossObservation loss = end.Loss!;

        end.Receive(3, PeerFrames.Data(10), PeerFrames.Goodbye(0));
        end.Tick(60_000);

        end.Loss.Should().BeSameAs(loss);
        end.Session.HasOutput(MachineRig.At(60_000)).Should().BeFalse();
        end.NextWake(60_000).Should().Be(double.PositiveInfinity);
    }

    private static void ExpectFlood(Func<byte[]> frame, int allowed)
    {
        SessionEnd end = Say();
        for (int i = 0; i < allowed; i++)
        {
            end.Receive(1, frame());
            end.Loss.Should().BeNull("frame {0} is within the bucket", i);
        }

        byte[] last = frame();
        long before = GC.GetAllocatedBytesForCurrentThread();
        end.Receive(1, last);
        Expect(end, ProtocolRule.Flood, "flood");
        for (int i = 0; i < 10_000; i++)
        {
            end.Receive(1, last);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(1_000_000, "nothing is kept of what comes after");
    }

    private static SessionEnd Greet(HelloFrame hello)
    {
        SessionEnd end = new();
        end.Start(0);
        end.Take(0);
        end.Receive(1, PeerFrames.Hello(hello));
        return end;
    }

    private static SessionEnd Say(params byte[][] frames)
    {
        SessionEnd end = Greet(PeerFrames.GoodHello);
        end.Receive(1, frames);
        return end;
    }

    private static void Expect(SessionEnd end, ProtocolRule rule, string name)
    {
        end.Loss!.Kind.Should().Be(LossKind.ProtocolViolated);
        end.Loss.Rule.Should().Be(rule);
        ((ProtocolViolated)LossFactory.Create(end.Loss, default)).Rule.Should().Be(name);
        end.Session.Farewell.Should().Be(GoodbyeCode.ProtocolViolation);
        end.Session.State.Should().Be(LivenessState.Lost);
        end.TakeSignal(SessionSignals.Ended).Should().BeTrue();
    }
}
