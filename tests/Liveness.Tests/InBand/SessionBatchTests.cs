using Liveness.Tests.Support;

namespace Liveness.Tests.InBand;

/// <summary>How many frames of a large write go in one call: a beat waits behind all of them.</summary>
public sealed class SessionBatchTests
{
    private const int Frame = 16 * 1024;

    private readonly InBandSession _session = SessionPair.Open(right: new HeartbeatOptions { DetectWithin = TimeSpan.FromSeconds(4), ReceiveWindow = 1 << 20 }).Left.Session;

    [Fact]
    public void As_long_as_no_rate_is_known_a_batch_holds_64_KiB()
    {
        _session.BatchSize.Should().Be(64 * 1024);
        TakeFrameOfLent(lent: 1 << 20, batch: 3 * Frame).Should().Be(Frame);
        TakeFrameOfLent(lent: 1 << 20, batch: (3 * Frame) + 1).Should().Be(0);
    }

    [Fact]
    public void What_was_accepted_before_goes_first()
    {
        _session.Accept(new byte[1]);

        TakeFrameOfLent(lent: Frame, batch: 0).Should().Be(0);
    }

    [Fact]
    public void A_frame_that_was_taken_back_can_be_taken_again()
    {
        ulong before = _session.Counts.Sent;
        int taken = TakeFrameOfLent(lent: 1_000, batch: 0);
        _session.Counts.Sent.Should().Be(before + 1_000);
        _session.Refund(taken);

        _session.Counts.Sent.Should().Be(before);
        TakeFrameOfLent(lent: 1_000, batch: 0).Should().Be(1_000);
    }

    private int TakeFrameOfLent(int lent, int batch) => _session.TakeFrameOfLent(lent, batch, new byte[InBandSession.FrameHeader]);
}
