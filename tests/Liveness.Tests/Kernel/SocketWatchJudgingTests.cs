using System.Net.NetworkInformation;
using Liveness.KeepAlive;
using Liveness.Kernel;

namespace Liveness.Tests.Kernel;

/// <summary>What ended the connection; the numbers of the Linux cases are those that a kernel showed.</summary>
public sealed class SocketWatchJudgingTests
{
    public static TheoryData<string, TcpInfoSnapshot, int, TcpInfoSnapshot, string> Deaths => new()
    {
        { "four probes unanswered", Linux(6_012, probes: 4), 250, Dead(6_260, probes: 4), "KeepAliveTimedOut" },
        { "data in flight", Linux(5_900, retransmits: 4, unacked: 1, backoff: 4), 250, Dead(6_260, retransmits: 4), "KeepAliveTimedOut" },
        { "our own host drops what we send", Linux(6_564, probes: 4, backoff: 4, unsent: 5_000), 250, Dead(6_816, probes: 4, unsent: 5_000), "KeepAliveTimedOut" },
        { "a closed window whose probes are answered, given up between two answers", ClosedWindow(2_928), 250, Dead(3_180, unsent: 33_624), "KeepAliveTimedOut" },
        { "a closed window, given up just after an answer", ClosedWindow(3_000), 250, Dead(40, segments: 3, unsent: 33_624), "KeepAliveTimedOut" },
        { "reset while idle", Linux(1_000), 1_000, Dead(2_000, segments: 3), "ConnectionReset" },
        { "reset by the answer to the second probe", Linux(2_984, probes: 1), 250, Dead(3_236, probes: 2, segments: 3), "ConnectionReset" },
        { "reset by the answer to the last probe", Linux(5_700, probes: 4), 250, Dead(5_950, probes: 4, segments: 3), "ConnectionReset" },
        { "reset long after the last segment, with keepalive about to give up", Linux(5_900, probes: 3), 250, Dead(6_150, probes: 4, segments: 3), "ConnectionReset" },
        { "given up, and the peer, which does not hear us, has probed just before", Linux(5_900, probes: 3, sent: 10), 250, Dead(6_150, probes: 4, segments: 3, sent: 13), "KeepAliveTimedOut" },
        { "reset at the very time at which keepalive would have given up", Linux(5_900, probes: 3, sent: 10), 250, Dead(6_150, probes: 4, segments: 3, sent: 11), "ConnectionReset" },
        { "data given up, and the peer, which does not hear us, has probed just before", Linux(5_900, retransmits: 4, unacked: 1, backoff: 4), 250, Dead(6_260, retransmits: 4, segments: 3), "KeepAliveTimedOut" },
        { "reset by the answer to data sent again", Linux(3_900, retransmits: 3, unacked: 1, backoff: 3), 250, Dead(4_150, retransmits: 4, segments: 3), "ConnectionReset" },
        { "reset with data in flight", Linux(0, unacked: 20), 250, Dead(0, segments: 6), "ConnectionReset" },
        { "reset of a closed window", ClosedWindow(500), 250, Dead(750, segments: 3), "ConnectionReset" },
        { "nothing came, long before any limit: somebody on this host ended it", Linux(100), 1_000, Dead(1_100), "ConnectionReset" },
        { "we slept; acknowledged, then cut, then given up", Linux(10), 60_000, Dead(40_000, probes: 4, segments: 9), "KeepAliveTimedOut" },
        { "we slept; acknowledged, then reset by a living peer", Linux(10), 60_000, Dead(40_000, segments: 9), "ConnectionReset" },
        { "we slept; nothing but the reset came", Linux(10), 60_000, Dead(60_010, segments: 3), "ConnectionReset" },
        { "we slept; data went out late and was given up", Linux(10), 60_000, Dead(59_000, retransmits: 5, segments: 5), "KeepAliveTimedOut" },
        { "we slept; reset while data was in flight", Linux(10, unacked: 1), 60_000, Dead(59_000, segments: 5), "ConnectionReset" },
        { "an old kernel without a count of segments gives up", Old(Linux(5_900, probes: 4)), 250, Old(Dead(6_150, probes: 4)), "KeepAliveTimedOut" },
        { "an old kernel without a count of segments, reset", Old(Linux(1_000)), 1_000, Old(Dead(2_000)), "ConnectionReset" },
    };

    [Theory]
    [MemberData(nameof(Deaths))]
    public void The_counters_tell_a_kernel_that_gave_up_from_a_reset(string what, TcpInfoSnapshot last, int gap, TcpInfoSnapshot dead, string kind)
    {
        WatchRig rig = new();
        AgeTo(rig, last);
        rig.Wait(gap);

        rig.Look(dead).Should().Be(WatchStep.Died);
        LossObservation? loss = rig.Judge();

        loss!.Kind.ToString().Should().Be(kind, what);
        ConnectionLoss made = LossFactory.Create(loss, DateTimeOffset.UnixEpoch);
        made.Certainty.Should().NotBe(LossCertainty.Proven);
        made.Evidence.Kernel.Should().Be(last);
        made.Silence.Should().Be(KernelReading.Silence(dead)!.Value);
    }

    /// <summary>The SYN counts as an acknowledged byte at the end that has connected, and a FIN of ours would, too.</summary>
    [Fact]
    public void A_connection_that_was_busy_at_every_look_and_is_reset_was_not_closed_in_good_order_though_the_error_is_gone()
    {
        TcpInfoSnapshot busy = Linux(0, unacked: 3, acknowledged: 1, sent: 4_344);
        WatchRig rig = new(busy);
        rig.Wait(1_000);
        rig.Look(busy with { SegmentsReceived = 5, BytesAcknowledged = 2_897 });
        rig.Wait(1_000);

        rig.Look(Dead(100, segments: 7) with { BytesSent = 4_344, BytesRetransmitted = 0, BytesAcknowledged = 4_345 }).Should().Be(WatchStep.Died);

        rig.Judge(errorIsPending: null)!.Kind.Should().Be(LossKind.ConnectionReset);
    }

    [Fact]
    public void A_peer_that_answers_but_does_not_read_is_not_called_dead()
    {
        WatchRig rig = new();
        AgeTo(rig, ClosedWindow(2_928));
        rig.Wait(250);
        rig.Look(Dead(3_180, unsent: 33_624));

        ConnectionLoss loss = LossFactory.Create(rig.Judge()!, DateTimeOffset.UnixEpoch);

        loss.Diagnosis.Should().Be(LossDiagnosis.PeerNotReading);
        loss.Bound.Should().Be(WatchRig.Bound);
        loss.ToString().Should().Be("KeepAliveTimedOut: the kernel gave up waiting for the peer to take data (bound 6 s); most likely the peer does not read (likely)");
    }

    [Fact]
    public void A_kernel_that_gave_up_while_our_own_interface_is_down_says_nothing_about_the_peer()
    {
        WatchRig rig = new();
        AgeTo(rig, Linux(6_012, probes: 4));
        rig.Wait(250);
        rig.Look(Dead(6_260, probes: 4));

        ConnectionLoss loss = LossFactory.Create(rig.Judge(localNetworkIsDown: true)!, DateTimeOffset.UnixEpoch);

        loss.Should().BeOfType<NetworkUnreachable>();
        loss.Diagnosis.Should().Be(LossDiagnosis.LocalNetworkDown);
        loss.Certainty.Should().Be(LossCertainty.Likely);
        loss.ToString().Should().Be("NetworkUnreachable: our own network interface is down, and nothing was heard for 6.26 s (bound 6 s); most likely our own network is down (likely: 4 kernel probes unanswered, 0 segments arrived since)");
    }

    [Fact]
    public void A_reset_is_no_sign_of_a_peer_that_sends_and_does_not_hear_us()
    {
        WatchRig rig = new();
        AgeTo(rig, Linux(2_984, probes: 1));
        rig.Wait(250);
        rig.Look(Dead(3_236, probes: 2, segments: 3));

        ConnectionLoss loss = LossFactory.Create(rig.Judge()!, DateTimeOffset.UnixEpoch);

        loss.Should().BeOfType<ConnectionReset>();
        loss.Evidence.SegmentsInSilence.Should().Be(0);
        loss.Certainty.Should().Be(LossCertainty.Ambiguous, "the first answer after a silence may come from a host that forgot as well");
    }

    [Fact]
    public void A_reset_stays_one_whatever_our_interface_does_now()
    {
        WatchRig rig = new();
        rig.Wait(1_000);
        rig.Look(Dead(1_010, segments: 3));

        rig.Judge(localNetworkIsDown: true)!.Kind.Should().Be(LossKind.ConnectionReset);
    }

    [Fact]
    public void Past_the_bound_a_local_network_that_is_down_is_a_loss_before_the_kernel_gives_up_and_one_that_is_up_is_not()
    {
        WatchRig rig = new();
        rig.Wait(5_900);
        rig.Look(Linux(5_910, probes: 3)).Should().NotHaveFlag(WatchStep.CheckNetwork);
        rig.JudgeNetwork(localNetworkIsDown: true).Should().BeNull();
        rig.Wait(250);
        rig.Look(Linux(6_160, probes: 4)).Should().HaveFlag(WatchStep.CheckNetwork);

        rig.JudgeNetwork(localNetworkIsDown: false).Should().BeNull();
        rig.JudgeNetwork(localNetworkIsDown: null).Should().BeNull();
        rig.JudgeNetwork(localNetworkIsDown: true)!.Kind.Should().Be(LossKind.NetworkUnreachable);
    }

    [Fact]
    public void Without_keepalive_no_silence_of_an_idle_connection_is_too_long()
    {
        WatchRig rig = new(inForce: WatchRig.InForce(Timeout.InfiniteTimeSpan, enabled: false));
        rig.Wait(86_400_000);

        rig.Look(Linux(86_400_010)).Should().Be(WatchStep.None);
        rig.JudgeNetwork(localNetworkIsDown: true).Should().BeNull();
        rig.Watch.State.Should().Be(LivenessState.Alive);
    }

    [Theory]
    [InlineData(TcpState.FinWait2, 2, false, true)]
    [InlineData(TcpState.Established, 3, false, true)]
    [InlineData(TcpState.Established, 2, false, false)]
    [InlineData(TcpState.Established, 3, true, false)]
    [InlineData(TcpState.FinWait2, 3, true, false)]
    public void Closed_without_an_error_is_an_orderly_end_where_our_own_FIN_was_taken(TcpState before, long acknowledged, bool errorIsPending, bool isOrderly)
    {
        WatchRig rig = new();
        rig.Wait(500);
        rig.Look(Linux(510, state: before));
        rig.Wait(500);
        rig.Look(Linux(10, segments: 5, acknowledged: acknowledged, state: TcpState.Closed)).Should().Be(WatchStep.Died);

        (rig.Judge(errorIsPending, isConnected: false) is null).Should().Be(isOrderly);
    }

    [Fact]
    public void Where_no_segment_came_a_half_closed_connection_did_not_end_in_good_order_although_the_application_has_fetched_the_error()
    {
        WatchRig rig = new();
        AgeTo(rig, Linux(5_900, probes: 4, acknowledged: 3, state: TcpState.FinWait2));
        rig.Wait(250);
        rig.Look(Dead(6_150, probes: 4)).Should().Be(WatchStep.Died);

        rig.Judge(errorIsPending: false, isConnected: false)!.Kind.Should().Be(LossKind.KeepAliveTimedOut);
    }

    [Fact]
    public void A_FIN_of_the_accepting_end_is_told_from_the_SYN_of_the_connecting_one()
    {
        WatchRig rig = new(Linux(acknowledged: 1));
        rig.Wait(500);
        rig.Look(Linux(10, segments: 5, acknowledged: 2, state: TcpState.Closed));

        rig.Judge(errorIsPending: false, isConnected: false).Should().BeNull();
    }

    [Fact]
    public void Where_the_error_cannot_be_seen_an_application_that_has_finished_itself_lost_nothing()
    {
        WatchRig rig = new();
        rig.Wait(500);
        rig.Look(new TcpInfoSnapshot { State = TcpState.Closed });

        rig.Judge(errorIsPending: null, isConnected: false).Should().BeNull();
        rig.Judge(errorIsPending: null, isConnected: true)!.Kind.Should().Be(LossKind.ConnectionReset);
    }

    [Fact]
    public void A_socket_that_tells_nothing_any_more_is_judged_by_the_last_look()
    {
        WatchRig rig = new();
        AgeTo(rig, Linux(5_900, probes: 4));
        rig.Wait(250);
        rig.Judge()!.Kind.Should().Be(LossKind.KeepAliveTimedOut);

        rig.Look(Linux(20, segments: 3));
        rig.Wait(250);
        rig.Judge()!.Kind.Should().Be(LossKind.ConnectionReset);
    }

    /// <summary>It has asked for something, and takes the answer.</summary>
    [Fact]
    public void The_FIN_of_the_peer_is_no_end_while_we_still_send()
    {
        WatchRig rig = new();
        rig.Wait(500);
        rig.Look(Linux(10, unacked: 2, state: TcpState.CloseWait)).Should().Be(WatchStep.None);
        rig.Watch.NextLook.Should().Be(rig.Now + SocketWatch.AttentiveInterval);
        rig.Wait(500);
        rig.Look(Linux(10, acknowledged: 5_000, state: TcpState.CloseWait)).Should().Be(WatchStep.None);

        // The next piece, sent and acknowledged between two looks, begins the pause anew.
        rig.Wait(9_000);
        rig.Look(Linux(10, acknowledged: 9_000, state: TcpState.CloseWait) with { BytesSent = 8_998 }).Should().Be(WatchStep.None);
        rig.Wait(9_900);
        rig.Look(Linux(10, acknowledged: 9_000, state: TcpState.CloseWait) with { BytesSent = 8_998 }).Should().Be(WatchStep.None);
        rig.Wait(100);
        rig.Look(Linux(10, acknowledged: 9_000, state: TcpState.CloseWait) with { BytesSent = 8_998 }).Should().Be(WatchStep.Closed);
    }

    [Fact]
    public void A_peer_that_dies_after_its_half_close_is_lost_as_any()
    {
        WatchRig rig = new();
        rig.Wait(500);
        rig.Look(Linux(10, unacked: 2, state: TcpState.CloseWait)).Should().Be(WatchStep.None);
        for (int silence = 260; silence < 6_000; silence += 250)
        {
            rig.Wait(250);
            (rig.Look(Linux(silence, unacked: 2, retransmits: silence / 1_000, state: TcpState.CloseWait)) & WatchStep.Closed).Should().Be(WatchStep.None);
        }

        rig.Wait(250);
        rig.Look(Dead(6_010, probes: 0)).Should().Be(WatchStep.Died);
        rig.Judge()!.Kind.Should().Be(LossKind.KeepAliveTimedOut);
    }

    [Theory]
    [InlineData(TcpState.CloseWait, true)]
    [InlineData(TcpState.LastAck, true)]
    [InlineData(TcpState.Closing, true)]
    [InlineData(TcpState.TimeWait, true)]
    [InlineData(TcpState.Established, false)]
    [InlineData(TcpState.SynReceived, false)]
    [InlineData(TcpState.FinWait1, false)]
    [InlineData(TcpState.FinWait2, false)]
    [InlineData(TcpState.Unknown, false)]
    public void The_FIN_of_the_peer_is_the_end_and_our_own_is_not(TcpState state, bool isEnd)
    {
        WatchRig rig = new();
        rig.Wait(500);

        rig.Look(Linux(510, state: state)).Should().Be(isEnd ? WatchStep.Closed : WatchStep.None);
    }

    /// <summary>
    /// From the beginning to this look, in steps in which nothing else changes: the ages on our own clock come to the kernel's.
    /// </summary>
    private static void AgeTo(WatchRig rig, TcpInfoSnapshot last)
    {
        bool isClosed = KernelReading.WindowIsClosed(last);
        rig.Look(last);
        int age = isClosed ? 5_800 : KernelReading.DataWaits(last) ? (int)KernelReading.Silence(last)!.Value.TotalMilliseconds : 0;
        for (; age > 0; age -= 250)
        {
            rig.Wait(250);
            rig.Look(last);
        }
    }

    private static TcpInfoSnapshot Linux(int silence = 10, int probes = 0, int retransmits = 0, int unacked = 0, int unsent = 0, int backoff = 0, long segments = 2, long acknowledged = 2, TcpState state = TcpState.Established, long? sent = null) =>
        WatchRig.Linux(silence, probes, retransmits, unacked, unsent, backoff, segments: segments, acknowledged: acknowledged, state: state, sent: sent);

    private static TcpInfoSnapshot ClosedWindow(int silence) => WatchRig.Linux(silence, unsent: 33_624, backoff: 4, window: 0);

    /// <summary>The kernel purges its queues and its back-off, and leaves ages, probes and retransmissions as they were.</summary>
    private static TcpInfoSnapshot Dead(int silence, int probes = 0, int retransmits = 0, int unsent = 0, long segments = 2, long? sent = null) =>
        WatchRig.Linux(silence, probes, retransmits, unsent: unsent, segments: segments, sent: sent, state: TcpState.Closed);

    private static TcpInfoSnapshot Old(TcpInfoSnapshot info) => info with { SegmentsReceived = null, PeerWindowBytes = null };
}
