using Liveness.Tests.Support;

namespace Liveness.Tests.InBand;

/// <summary>Growth and sizes, in whole sessions.</summary>
public class SessionPacingTests
{
    [Fact]
    public void Bulk_data_grows_the_window_and_the_frames_and_idleness_takes_the_window_back()
    {
        SessionPair pair = SessionPair.Open(Patient(), Patient());
        byte[] chunk = new byte[InBandSession.OutboundCapacity];
        double now = 1;
        long read = 0;
        for (int i = 0; i < 3_000; i++, now++)
        {
            pair.Left.Write(chunk[..(InBandSession.OutboundCapacity - pair.Left.Session.Unsent)]);
            pair.Exchange(now);
            while (pair.Right.Read(out byte[] data) == ReadStatus.Data)
            {
                read += data.Length;
                pair.Exchange(now);
            }
        }

        read.Should().BeGreaterThan(100_000_000);
        Window(pair.Right, now).Should().Be(HeartbeatDefaults.MaxReceiveWindow);
        Window(pair.Left, now).Should().Be(HeartbeatDefaults.ReceiveWindow);
        pair.Left.Session.FrameSize.Should().Be(64 * 1024);
        pair.Left.Session.BatchSize.Should().Be(1024 * 1024);
        pair.Left.Session.NotSentLowWater.Should().Be(256 * 1024);
        pair.Right.Session.FrameSize.Should().Be(16 * 1024);

        pair.Run(now, now + 60_000);

        Window(pair.Right, now + 60_000).Should().Be(HeartbeatDefaults.ReceiveWindow);
    }

    [Fact]
    public void Sizes_follow_the_shorter_of_both_bounds()
    {
        SessionPair pair = SessionPair.Open(
            new HeartbeatOptions { DetectWithin = Timeout.InfiniteTimeSpan },
            new HeartbeatOptions { DetectWithin = TimeSpan.FromSeconds(1) });

        pair.Left.Session.Machine!.Timing.ShorterBound.Should().Be(TimeSpan.FromSeconds(1));
        pair.Right.Session.Machine!.Timing.ShorterBound.Should().Be(TimeSpan.FromSeconds(1));
        pair.Left.Session.FrameSize.Should().Be(16 * 1024);

        SessionPair deaf = SessionPair.Open(
            new HeartbeatOptions { DetectWithin = Timeout.InfiniteTimeSpan },
            new HeartbeatOptions { DetectWithin = Timeout.InfiniteTimeSpan });
        deaf.Left.Session.Machine!.Timing.ShorterBound.Should().Be(TimeSpan.MaxValue);
        deaf.Left.Session.FrameSize.Should().Be(64 * 1024);
    }

    private static HeartbeatOptions Patient() => new() { DetectWithin = TimeSpan.FromSeconds(4) };

    private static long? Window(SessionEnd end, double at) => end.Session.Snapshot(MachineRig.At(at), end.Health).ReceiveWindow;
}
