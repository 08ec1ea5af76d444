using System.Net.NetworkInformation;
using Liveness.KeepAlive;
using Liveness.Kernel;

namespace Liveness.Tests.Kernel;

public sealed class SocketWatchSuspicionTests
{
    [Fact]
    public void A_probe_that_has_just_gone_out_is_no_reason_to_suspect_anybody()
    {
        WatchRig rig = new();
        rig.Wait(2_000);

        rig.Look(WatchRig.Linux(2_005, probes: 1)).Should().Be(WatchStep.None);
        rig.Wait(250);
        rig.Look(WatchRig.Linux(200)).Should().Be(WatchStep.None);

        rig.Watch.State.Should().Be(LivenessState.Alive);
    }

    [Fact]
    public void A_probe_that_stays_unanswered_is_and_an_answer_ends_it()
    {
        WatchRig rig = new();
        rig.Wait(2_000);
        rig.Look(WatchRig.Linux(2_005, probes: 1));
        rig.Wait(250);

        rig.Look(WatchRig.Linux(2_255, probes: 1)).Should().Be(WatchStep.Changed);
        rig.Watch.State.Should().Be(LivenessState.Suspect);
        rig.Wait(250);
        rig.Look(WatchRig.Linux(2_505, probes: 1)).Should().Be(WatchStep.None);
        rig.Wait(250);
        rig.Look(WatchRig.Linux(20, segments: 3)).Should().Be(WatchStep.Changed);
        rig.Watch.State.Should().Be(LivenessState.Alive);
    }

    [Fact]
    public void The_time_for_an_answer_is_the_paths_own()
    {
        WatchRig rig = new();
        TcpInfoSnapshot slow = WatchRig.Linux(2_005, probes: 1) with { RetransmissionTimeout = TimeSpan.FromMilliseconds(900) };
        rig.Look(slow);
        rig.Wait(899);
        rig.Look(slow);
        rig.Watch.State.Should().Be(LivenessState.Alive);
        rig.Wait(1);
        rig.Look(slow);
        rig.Watch.State.Should().Be(LivenessState.Suspect);
    }

    [Fact]
    public void Two_unanswered_probes_are_suspicious_at_once()
    {
        WatchRig rig = new();
        rig.Wait(1_000);
        rig.Look(WatchRig.Linux(3_010, probes: 2));

        rig.Watch.State.Should().Be(LivenessState.Suspect);
    }

    [Theory]
    [InlineData(1, 1, false, false)]
    [InlineData(2, 1, false, true)]
    [InlineData(2, 0, false, false)]
    [InlineData(2, 1, true, false)]
    public void Two_retransmissions_in_a_row_are_where_data_waits_and_nothing_comes(int retransmits, int unacked, bool answersCome, bool isSuspect)
    {
        WatchRig rig = new();
        for (int i = 0; i <= retransmits; i++)
        {
            rig.Wait(250);
            TcpInfoSnapshot info = WatchRig.Linux(260, retransmits: i, unacked: unacked, segments: answersCome ? i : 2);
            rig.Look(info with { BytesSent = 1 + (i * 100), BytesRetransmitted = i * 100 });
        }

        (rig.Watch.State == LivenessState.Suspect).Should().Be(isSuspect);
    }

    [Fact]
    public void Silence_in_which_this_process_could_not_run_makes_nobody_suspect()
    {
        WatchRig rig = new();
        rig.Wait(100_000);

        rig.Look(WatchRig.Linux(1_500)).Should().Be(WatchStep.None);
        rig.Watch.Silence(rig.Now).Should().Be(TimeSpan.FromMilliseconds(1_500), "the kernel has heard the peer meanwhile");
        rig.Watch.State.Should().Be(LivenessState.Alive);
    }

    [Fact]
    public void A_closed_window_whose_probes_are_answered_is_told_after_half_of_the_kernels_patience_and_is_no_suspicion()
    {
        WatchRig rig = new();
        TcpInfoSnapshot closed = WatchRig.Linux(400, unsent: 33_624, backoff: 3, window: 0);
        rig.Look(closed);
        for (int waited = 0; waited < 3_250; waited += 250)
        {
            rig.Watch.Conditions.Should().Be(ConnectionConditions.None);
            rig.Wait(250);
            rig.Look(closed);
        }

        rig.Watch.Conditions.Should().Be(ConnectionConditions.PeerNotConsuming);
        rig.Watch.State.Should().Be(LivenessState.Alive);
        rig.Watch.Bound(WatchRig.InForce(WatchRig.Bound)).Should().Be(WatchRig.Bound);
        rig.Wait(250);
        rig.Look(WatchRig.Linux(10, acknowledged: 40_000, unacked: 3)).Should().Be(WatchStep.Changed);
        rig.Watch.Conditions.Should().Be(ConnectionConditions.None);
    }

    [Fact]
    public void What_falls_due_between_two_looks_is_looked_at_then()
    {
        WatchRig rig = new();
        Instant closedSince = rig.Now;
        rig.Look(WatchRig.Linux(400, unsent: 33_624, backoff: 3, window: 0));
        rig.Wait(10);
        rig.Look(WatchRig.Linux(400, unsent: 33_624, backoff: 3, window: 0));
        rig.Watch.DueAt.Should().Be(closedSince + TimeSpan.FromMilliseconds(3_010), "half of the kernel's patience");

        WatchRig asked = new();
        asked.Look(WatchRig.Linux(2_010, probes: 1));
        asked.Watch.DueAt.Should().Be(asked.Now + TimeSpan.FromMilliseconds(204), "the time that an answer takes");

        WatchRig silent = new();
        silent.Look(WatchRig.Linux(5_700, probes: 3));
        silent.Watch.DueAt.Should().Be(silent.Now + TimeSpan.FromMilliseconds(300), "the kernel's own limit");
    }

    [Fact]
    public void One_missed_answer_of_a_closed_window_is_no_suspicion_because_answers_are_rationed()
    {
        WatchRig rig = new();
        for (int waited = 0; waited < 4_000; waited += 250)
        {
            rig.Look(WatchRig.Linux(waited, unsent: 33_624, backoff: 2, window: 0, probes: 1));
            rig.Watch.State.Should().Be(LivenessState.Alive);
            rig.Wait(250);
        }

        rig.Watch.Conditions.Should().Be(ConnectionConditions.PeerNotConsuming);
    }

    [Fact]
    public void Half_a_minute_is_enough_where_the_kernel_waits_for_ever()
    {
        WatchRig rig = new(inForce: WatchRig.InForce(Timeout.InfiniteTimeSpan));
        TcpInfoSnapshot closed = WatchRig.Linux(400, unsent: 33_624, backoff: 3, window: 0);
        rig.Look(closed);
        rig.Wait(250);
        rig.Look(closed);
        rig.Wait(29_999);
        rig.Look(closed).Should().Be(WatchStep.None);
        rig.Wait(1);
        rig.Look(closed).Should().Be(WatchStep.Changed);
    }

    [Fact]
    public void A_slow_reader_whose_window_opens_now_and_then_is_no_condition()
    {
        WatchRig rig = new();
        for (int i = 0; i < 100; i++)
        {
            rig.Wait(250);
            rig.Look(WatchRig.Linux(10, unsent: 33_624, backoff: 1, window: 0, acknowledged: i, segments: i)).Should().Be(WatchStep.None);
        }
    }

    [Fact]
    public void A_closed_window_whose_probes_stay_unanswered_is_a_dead_peer()
    {
        WatchRig rig = new();
        rig.Look(WatchRig.Linux(900, unsent: 33_624, backoff: 4, window: 0, probes: 2));

        rig.Watch.State.Should().Be(LivenessState.Suspect);
        KernelReading.WindowIsClosed(rig.Watch.Last).Should().BeFalse();
    }

    [Theory]
    [InlineData(0, 0, 0, 1_000)]
    [InlineData(1, 0, 0, 250)]
    [InlineData(0, 1, 0, 250)]
    [InlineData(0, 0, 1, 250)]
    public void It_looks_more_often_while_something_is_unanswered(int probes, int unacked, int unsent, int milliseconds)
    {
        WatchRig rig = new();
        rig.Look(WatchRig.Linux(probes: probes, unacked: unacked, unsent: unsent));

        (rig.Watch.NextLook - rig.Now).Should().Be(TimeSpan.FromMilliseconds(milliseconds));
    }

    [Fact]
    public void A_look_allocates_nothing()
    {
        WatchRig rig = new();
        TcpInfoSnapshot info = WatchRig.Linux(probes: 2);
        rig.Look(info);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            rig.Wait(250);
            rig.Look(info);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
    }

    [Theory]
    [InlineData("Windows")]
    [InlineData("macOS")]
    public void Where_the_kernel_does_not_count_timeouts_in_a_row_two_retransmissions_without_an_answer_are_suspicious(string platform)
    {
        bool windows = platform == "Windows";
        WatchRig rig = new(Other(windows), WatchRig.InForce(WatchRig.Bound, kernel: windows ? KeepAliveKernel.Windows : KeepAliveKernel.MacOS));
        for (int resent = 0; resent < 3; resent++)
        {
            rig.Wait(250);
            rig.Look(Other(windows, waiting: 100, resent: resent));
            (rig.Watch.State == LivenessState.Suspect).Should().Be(resent == 2);
        }

        rig.Watch.Silence(rig.Now).Should().Be(TimeSpan.FromMilliseconds(750), "what goes into flight is no answer");
        rig.Wait(250);
        rig.Look(Other(windows, waiting: 0, resent: 2)).Should().Be(WatchStep.Changed);
        rig.Watch.State.Should().Be(LivenessState.Alive);
    }

    [Theory]
    [InlineData("Windows", 0L, "ConnectionReset")]
    [InlineData("macOS", 0L, "ConnectionReset")]
    [InlineData("Windows", 100L, "KeepAliveTimedOut")]
    [InlineData("macOS", 100L, "KeepAliveTimedOut")]
    public void Elsewhere_it_goes_by_what_can_be_seen_and_that_is_neither_a_probe_nor_its_answer(string platform, long waiting, string kind)
    {
        bool windows = platform == "Windows";
        WatchRig rig = new(Other(windows), WatchRig.InForce(WatchRig.Bound, kernel: windows ? KeepAliveKernel.Windows : KeepAliveKernel.MacOS));
        for (int waited = 0; waited < 6_000; waited += 250)
        {
            rig.Wait(250);
            rig.Look(Other(windows, waiting));
        }

        rig.Look(Other(windows, state: TcpState.Closed)).Should().Be(WatchStep.Died);
        rig.Judge(errorIsPending: null)!.Kind.ToString().Should().Be(kind);
    }

    private static TcpInfoSnapshot Other(bool windows, long waiting = 0, long resent = 0, TcpState state = TcpState.Established)
    {
        long sent = 1_000 + (resent * 100);
        return windows
            ? new TcpInfoSnapshot { State = state, BytesInFlight = waiting, BytesSent = sent, BytesRetransmitted = resent * 100, TimeoutEpisodes = resent, BytesReceived = 10, PeerWindowBytes = 65_536 }
            : new TcpInfoSnapshot
            {
                State = state,
                SendQueueBytes = waiting,
                BytesSent = sent,
                BytesRetransmitted = resent * 100,
                SegmentsRetransmitted = resent,
                SegmentsSent = 9 + resent,
                BytesReceived = 10,
                PeerWindowBytes = 65_536,
            };
    }
}
