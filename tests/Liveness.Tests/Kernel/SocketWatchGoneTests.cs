using System.Net.NetworkInformation;
using Liveness.KeepAlive;

namespace Liveness.Tests.Kernel;

/// <summary>A socket that its owner has closed before we looked: an ordinary close, or one because its own read has met the end. The bound is
/// 6 s, idle 2 s, interval 1 s.</summary>
public sealed class SocketWatchGoneTests
{
    public static TheoryData<string, TcpInfoSnapshot, int, string?> Ends => new()
    {
        { "idle, all probes unanswered, and time was up in between", WatchRig.Linux(5_800, probes: 4), 250, "KeepAliveTimedOut" },
        { "the kernel is late: time was up at the last look already", WatchRig.Linux(6_100, probes: 4), 1_000, "KeepAliveTimedOut" },
        { "time was up at the last look, and we slept: the peer may have answered since", WatchRig.Linux(6_100, probes: 4), 2_000, null },
        { "one whole tick of the kernel's clock too early", WatchRig.Linux(5_720, probes: 4), 250, "KeepAliveTimedOut" },
        { "healthy", WatchRig.Linux(10), 1_000, null },
        { "healthy, and we slept", WatchRig.Linux(10), 60_000, null },
        { "quiet for long, with keepalive off: nothing was asked", WatchRig.Linux(600_000), 1_000, null },
        { "suspect, and its owner lost patience", WatchRig.Linux(4_500, probes: 2), 250, null },
        { "time was nearly up, and its owner lost patience", WatchRig.Linux(5_600, probes: 4), 250, null },
        { "suspect, and we slept: the peer may have answered since", WatchRig.Linux(4_500, probes: 2), 2_000, null },
        { "our side was ended before", WatchRig.Linux(5_900, probes: 4, state: TcpState.FinWait2), 250, null },
        { "a peer that does not read, and answers", WatchRig.Linux(5_900, probes: 1, unsent: 30_000, backoff: 5, window: 0), 250, null },
    };

    [Theory]
    [MemberData(nameof(Ends))]
    public void Only_what_was_unanswered_for_as_long_as_the_kernel_waits_is_a_loss(string what, TcpInfoSnapshot last, int gap, string? kind)
    {
        WatchRig rig = new();
        rig.Wait(500);
        rig.Look(last);
        rig.Wait(gap);

        rig.JudgeGone()?.Kind.ToString().Should().Be(kind, what);
    }

    [Theory]
    [InlineData(5_900, 250, true)]
    [InlineData(3_000, 250, false)]
    public void Of_data_it_counts_since_when_it_waits_and_not_since_when_it_was_quiet(int waits, int gap, bool isLoss)
    {
        WatchRig rig = new(WatchRig.Linux(600_000));
        rig.Wait(100);
        rig.Look(WatchRig.Linux(600_100));
        for (int waited = 250; waited <= waits; waited += 250)
        {
            rig.Wait(250);
            rig.Look(WatchRig.Linux(600_100 + waited, retransmits: waited / 500, unacked: 1, backoff: 1) with { SegmentsRetransmitted = waited, BytesRetransmitted = waited });
        }

        rig.Watch.State.Should().Be(LivenessState.Suspect);
        rig.Wait(gap);

        (rig.JudgeGone() is { Kind: LossKind.KeepAliveTimedOut }).Should().Be(isLoss);
    }

    /// <summary>Where little waits, the looks are a second apart: the last acknowledgement says from when on.</summary>
    [Theory]
    [InlineData(900, true)]
    [InlineData(100, false)]
    public void What_was_taken_between_two_looks_waits_since_the_last_acknowledgement(int age, bool isLoss)
    {
        WatchRig rig = new();
        rig.Wait(1_000);
        rig.Look(WatchRig.Linux(age, unacked: 1, acknowledged: 3));
        for (int waited = 250; waited <= 4_750; waited += 250)
        {
            rig.Wait(250);
            rig.Look(WatchRig.Linux(age + waited, retransmits: waited / 500, unacked: 1, acknowledged: 3, backoff: 1) with { SegmentsRetransmitted = waited, BytesRetransmitted = waited });
        }

        rig.Wait(400);

        (rig.JudgeGone() is { Kind: LossKind.KeepAliveTimedOut }).Should().Be(isLoss);
    }

    [Fact]
    public void An_interface_of_our_own_that_is_down_is_said_to_be_the_reason()
    {
        WatchRig rig = new();
        rig.Look(WatchRig.Linux(5_800, probes: 4));
        rig.Wait(250);

        rig.JudgeGone(localNetworkIsDown: true)!.Kind.Should().Be(LossKind.NetworkUnreachable);
    }

    [Fact]
    public void What_is_told_names_the_silence_and_the_bound_and_is_not_proven()
    {
        WatchRig rig = new();
        rig.Look(WatchRig.Linux(5_800, probes: 4));
        rig.Wait(250);
        ConnectionLoss loss = LossFactory.Create(rig.JudgeGone()!, DateTimeOffset.UnixEpoch);

        loss.Silence.Should().Be(TimeSpan.FromMilliseconds(6_050));
        loss.Should().BeOfType<KeepAliveTimedOut>().Which.Bound.Should().Be(WatchRig.Bound);
        loss.Certainty.Should().NotBe(LossCertainty.Proven);
        loss.Evidence.UnansweredProbes.Should().Be(4);
    }
}
