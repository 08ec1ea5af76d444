using Liveness.KeepAlive;
using Liveness.Kernel;

namespace Liveness.Tests.Kernel;

/// <summary>A peer that is heard and takes nothing: with the rig's settings, told after 3 s, half of the kernel's limit of 6.</summary>
public sealed class SocketWatchUntakenDataTests
{
    private readonly WatchRig _rig = new();
    private long _segments = 2;

    [Fact]
    public void Data_of_which_nothing_is_acknowledged_while_the_peer_sends_is_told_after_half_of_the_kernels_limit()
    {
        Wait(3_000, hearsEvery: 500);
        _rig.Watch.Conditions.Should().Be(ConnectionConditions.None, "it was seen waiting at the first look");
        _rig.Watch.DueAt.Should().Be(_rig.Now + TimeSpan.FromMilliseconds(250));

        Wait(250, hearsEvery: 500);

        _rig.Watch.Conditions.Should().Be(ConnectionConditions.DataUnacknowledged);
        _rig.Watch.State.Should().Be(LivenessState.Alive);
    }

    [Fact]
    public void The_first_byte_that_is_acknowledged_ends_it()
    {
        Wait(4_000, hearsEvery: 500);
        _rig.Wait(250);

        _rig.Look(WatchRig.Linux(0, unacked: 9, segments: ++_segments, acknowledged: 1_450)).Should().Be(WatchStep.Changed);

        _rig.Watch.Conditions.Should().Be(ConnectionConditions.None);
    }

    [Fact]
    public void An_answer_that_was_on_its_way_when_the_path_died_is_not_enough()
    {
        Wait(500, hearsEvery: 250);
        Wait(5_000, hearsEvery: int.MaxValue);

        _rig.Watch.Conditions.Should().Be(ConnectionConditions.None);
    }

    [Fact]
    public void Neither_is_the_first_sign_of_life_after_an_outage()
    {
        Wait(250, hearsEvery: 250);
        Wait(5_000, hearsEvery: int.MaxValue);
        Wait(1_250, hearsEvery: 250);
        _rig.Watch.Conditions.Should().Be(ConnectionConditions.None);

        Wait(500, hearsEvery: 250);
        _rig.Watch.Conditions.Should().Be(ConnectionConditions.DataUnacknowledged, "for half of the time it is heard again, and takes nothing still");
    }

    [Fact]
    public void A_peer_whose_buffers_are_full_is_another_matter()
    {
        for (int waited = 0; waited < 5_000; waited += 250)
        {
            _rig.Look(WatchRig.Linux(0, unsent: 33_624, backoff: 3, window: 0, segments: ++_segments));
            _rig.Watch.Conditions.Should().NotHaveFlag(ConnectionConditions.DataUnacknowledged);
            _rig.Wait(250);
        }
    }

    [Fact]
    public void A_slow_path_gets_four_retransmission_timeouts_without_their_doubling()
    {
        TcpInfoSnapshot info = WatchRig.Linux() with
        {
            RoundTrip = TimeSpan.FromMilliseconds(600),
            RoundTripVariation = TimeSpan.FromMilliseconds(100),
            RetransmissionTimeout = TimeSpan.FromSeconds(8),
            Backoff = 3,
        };

        UntakenData.Patience(info, WatchRig.InForce(WatchRig.Bound)).Should().Be(TimeSpan.FromSeconds(4));
        UntakenData.Patience(WatchRig.Linux(), WatchRig.InForce(TimeSpan.FromSeconds(1))).Should().Be(TimeSpan.FromMilliseconds(800));
        UntakenData.Patience(WatchRig.Linux(), WatchRig.InForce(TimeSpan.FromHours(1), enabled: false)).Should().Be(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void A_kernel_that_gives_up_over_data_while_the_peer_is_heard_does_not_call_the_age_of_the_data_a_silence()
    {
        Wait(6_000, hearsEvery: 500);
        _rig.Wait(250);
        _rig.Look(Waiting(564) with { State = System.Net.NetworkInformation.TcpState.Closed, UnacknowledgedSegments = 0, Retransmits = 7 }).Should().Be(WatchStep.Died);

        ConnectionLoss loss = LossFactory.Create(_rig.Judge()!, DateTimeOffset.UnixEpoch);

        loss.Should().BeOfType<KeepAliveTimedOut>();
        (loss.Diagnosis, loss.Certainty).Should().Be((LossDiagnosis.PathDeadOutbound, LossCertainty.Likely));
        loss.Evidence.UnacknowledgedFor.Should().Be(TimeSpan.FromSeconds(6));
        loss.ToString().Should().StartWith("KeepAliveTimedOut: what our kernel sent went unacknowledged for 6 s, while the peer was heard 564 ms ago (bound 6 s); most likely the path to the peer is dead");
    }

    private TcpInfoSnapshot Waiting(int silence) => WatchRig.Linux(silence, retransmits: 3, unacked: 12, backoff: 3, segments: _segments);

    /// <summary>Looks every quarter of a second.</summary>
    private void Wait(int milliseconds, int hearsEvery)
    {
        int silence = 0;
        for (int waited = 250; waited <= milliseconds; waited += 250)
        {
            silence += 250;
            if (waited % hearsEvery == 0)
            {
                _segments++;
                silence = 0;
            }

            _rig.Wait(250);
            _rig.Look(Waiting(silence));
        }
    }
}
