using System.Net.NetworkInformation;
using System.Runtime.CompilerServices;
using Liveness.KeepAlive;
using Liveness.SideChannel;

namespace Liveness.Tests;

public sealed class WitnessWatchTests
{
    private static readonly TimeSpan s_t = TimeSpan.FromSeconds(8);
    private static readonly Instant s_start = new(TimeSpan.TicksPerDay);

    /// <summary>An idle connection on Linux that has just been answered.</summary>
    private static TcpInfoSnapshot Linux => new()
    {
        State = TcpState.Established,
        UnansweredProbes = 0,
        Backoff = 0,
        RetransmissionTimeout = Seconds(0.2),
        RoundTrip = TimeSpan.Zero,
        UnacknowledgedSegments = 0,
        UnsentBytes = 0,
        SinceDataReceived = Seconds(100),
        SinceAckReceived = TimeSpan.Zero,
        BytesAcknowledged = 1000,
        BytesReceived = 1000,
        SegmentsReceived = 20,
        PeerWindowBytes = 65536,
    };

    [Fact]
    public void It_is_small()
    {
        Unsafe.SizeOf<WitnessWatch>().Should().BeLessThanOrEqualTo(64);
    }

    [Theory]
    [InlineData(0.1, 1, 1, 2.5, 5)]
    [InlineData(1, 1, 1, 2.5, 5)]
    [InlineData(4, 1, 1, 2.5, 5)]
    [InlineData(10, 2, 1, 5, 10)]
    [InlineData(100, 25, 12, 50, 100)]
    public void Keepalive_follows_from_T_with_at_least_four_probes_within_the_bound(double t, double idle, double interval, double fresh, double bound)
    {
        WitnessPlan plan = new(Seconds(t));

        plan.Idle.Should().Be(Seconds(idle));
        plan.Interval.Should().Be(Seconds(interval));
        plan.FreshWithin.Should().Be(Seconds(fresh));
        plan.Bound.Should().Be(Seconds(bound)).And.BeGreaterThanOrEqualTo(plan.Idle + (3 * plan.Interval));
    }

    [Fact]
    public void Data_waits_from_the_look_before_it_was_seen_until_something_is_taken_and_not_while_the_window_is_closed()
    {
        WitnessWatch watch = Answered();
        TcpInfoSnapshot waiting = Linux with { UnacknowledgedSegments = 12 };
        watch.Look(waiting, s_start + s_t / 8, s_t);
        watch.Look(waiting, s_start + s_t / 4, s_t);
        watch.DataWaitsFor(waiting, s_start + s_t / 4).Should().Be(s_t / 4);

        TcpInfoSnapshot closed = waiting with { PeerWindowBytes = 0 };
        watch.DataWaitsFor(closed, s_start + s_t / 4).Should().Be(TimeSpan.Zero);
        TcpInfoSnapshot taken = waiting with { BytesAcknowledged = 1001 };
        watch.Look(taken, s_start + s_t / 2, s_t);
        watch.DataWaitsFor(taken, s_start + s_t / 2).Should().Be(TimeSpan.Zero);
    }

    [Fact]
    public void Where_detection_is_off_nothing_overflows()
    {
        new WitnessPlan(TimeSpan.MaxValue).Bound.Should().Be(TimeSpan.MaxValue);
        WitnessWatch watch = Answered();
        watch.Look(Linux with { UnansweredProbes = 9, SinceAckReceived = TimeSpan.FromDays(9) }, s_start + TimeSpan.FromDays(9), TimeSpan.MaxValue).Should().Be(WitnessState.Fresh);
    }

    [Theory]
    [InlineData(3.9, 2, WitnessState.Fresh)]
    [InlineData(4, 1, WitnessState.Fresh)]
    [InlineData(4, 2, WitnessState.Failed)]
    [InlineData(7.9, 0, WitnessState.Fresh)]
    [InlineData(8, 1, WitnessState.None)]
    internal void Two_probes_without_an_answer_fail_once_the_last_sign_of_life_is_old(double silence, int probes, WitnessState state)
    {
        WitnessWatch watch = Answered();
        Instant now = WalkTo(ref watch, Linux, silence);

        watch.Look(Linux with { UnansweredProbes = probes, SinceAckReceived = Seconds(silence) }, now, s_t).Should().Be(state);
        watch.FailedFor(now).Should().Be(state == WitnessState.Failed ? Seconds(silence) : TimeSpan.Zero);
    }

    [Fact]
    public void A_path_that_never_once_let_the_answer_to_a_probe_through_does_not_fail_by_probes_but_by_data()
    {
        WitnessWatch watch = new(Linux, s_start, asks: true);
        Instant now = WalkTo(ref watch, Linux, 7);

        watch.Look(Linux with { UnansweredProbes = 5, SinceAckReceived = Seconds(7.5) }, now + Seconds(0.5), s_t).Should().Be(WitnessState.Fresh);
        watch.Look(Linux with { UnansweredProbes = 6, SinceAckReceived = Seconds(8) }, now + Seconds(1), s_t).Should().Be(WitnessState.None, "a box swallows keepalive");
        TcpInfoSnapshot stuck = Linux with { UnacknowledgedSegments = 3, Backoff = 2 };
        watch.Look(stuck with { SinceAckReceived = Seconds(8.25) }, now + Seconds(1.25), s_t);
        watch.Look(stuck with { SinceAckReceived = Seconds(11) }, now + Seconds(4), s_t).Should().Be(WitnessState.Failed);
    }

    [Fact]
    public void Without_keepalive_an_old_sign_of_life_is_no_witness()
    {
        WitnessWatch watch = new(Linux, s_start, false);
        Instant now = WalkTo(ref watch, Linux, 4);

        watch.Look(Linux with { SinceAckReceived = Seconds(4) }, now, s_t).Should().Be(WitnessState.None);
    }

    [Fact]
    public void Data_that_nobody_acknowledges_fails_and_an_acknowledgement_heals()
    {
        TcpInfoSnapshot stuck = Linux with { UnacknowledgedSegments = 3, Backoff = 2 };
        WitnessWatch watch = new(stuck, s_start, true);
        Instant now = WalkTo(ref watch, stuck, 3.9);
        watch.State.Should().Be(WitnessState.Fresh);

        watch.Look(stuck with { SinceAckReceived = Seconds(4) }, now + Seconds(0.1), s_t).Should().Be(WitnessState.Failed);
        watch.FailedFor(now + Seconds(2)).Should().Be(Seconds(5.9));
        watch.Look(stuck with { BytesAcknowledged = 1001, SinceAckReceived = Seconds(0.2) }, now + Seconds(0.5), s_t).Should().Be(WitnessState.Fresh);
        watch.SilentFor(now + Seconds(0.5)).Should().Be(Seconds(0.2));
    }

    [Fact]
    public void A_peer_that_does_not_read_is_stalled_while_its_kernel_answers_the_probes()
    {
        // The next probe goes out 12.8 s after the last answer.
        TcpInfoSnapshot closed = Linux with { UnsentBytes = 100_000, PeerWindowBytes = 0, Backoff = 6 };
        WitnessWatch watch = new(closed, s_start, true);
        Instant now = WalkTo(ref watch, closed, 12);

        watch.Look(closed with { SinceAckReceived = Seconds(12.5) }, now + Seconds(0.5), s_t).Should().Be(WitnessState.Fresh);
        watch.Stalled.Should().BeTrue();
        watch.Look(closed with { SinceAckReceived = Seconds(14), UnansweredProbes = 1 }, now + Seconds(2), s_t).Should().Be(WitnessState.Fresh, "its answer may be on the way");
        watch.Look(closed with { SinceAckReceived = Seconds(15), UnansweredProbes = 1 }, now + Seconds(3), s_t).Should().Be(WitnessState.None);
        watch.Stalled.Should().BeFalse();
        watch.Look(closed with { SinceAckReceived = Seconds(17), UnansweredProbes = 2 }, now + Seconds(5), s_t).Should().Be(WitnessState.Failed);
    }

    [Fact]
    public void A_closed_window_is_stalled_where_the_platform_counts_no_probes()
    {
        TcpInfoSnapshot windows = new() { State = TcpState.Established, BytesSent = 10, BytesRetransmitted = 0, BytesInFlight = 1, BytesReceived = 5, PeerWindowBytes = 0 };
        WitnessWatch watch = new(windows, s_start, true);

        WalkTo(ref watch, windows, 100);

        watch.Stalled.Should().BeTrue();
        watch.State.Should().Be(WitnessState.Fresh);
    }

    [Fact]
    public void Where_no_ages_are_told_the_look_that_sees_a_change_counts()
    {
        TcpInfoSnapshot windows = new() { State = TcpState.Established, BytesSent = 10, BytesRetransmitted = 0, BytesInFlight = 0, BytesReceived = 5, PeerWindowBytes = 100 };
        WitnessWatch watch = new(windows, s_start, true);
        Instant now = WalkTo(ref watch, windows, 5);
        watch.State.Should().Be(WitnessState.None, "an idle connection shows nothing there");

        watch.Look(windows with { BytesReceived = 6 }, now, s_t).Should().Be(WitnessState.Fresh);
        watch.SilentFor(now).Should().Be(TimeSpan.Zero);
        watch.BytesSilentFor(now + Seconds(1)).Should().Be(Seconds(1));
    }

    [Theory]
    [InlineData(2, 0.3, 0, 0, 0, "soon after data: it was repeated without need")]
    [InlineData(2, 9, 8, 0, 0, "on a full link that takes a while")]
    [InlineData(2, 30, 0, 2, 0, "while probes are unanswered: a window that opens")]
    [InlineData(2, 30, 0, 0, 1000, "with another window: one that opens")]
    [InlineData(1.5, 30, 0, 0, 0, "before the first probe was due")]
    [InlineData(3, 30, 0, 0, 0, "when its answer would have been there")]
    public void An_acknowledgement_that_may_have_another_cause_is_no_answer(
        double every, double afterOurs, double roundTrip, int unanswered, long opens, string why)
    {
        WitnessWatch watch = new(Linux, s_start, asks: true);
        TcpInfoSnapshot doubtful = Linux with { SinceDataSent = Seconds(afterOurs), RoundTrip = Seconds(roundTrip) };
        for (int i = 1; i < 4; i++)
        {
            TcpInfoSnapshot before = doubtful with { UnansweredProbes = unanswered, SinceAckReceived = Seconds(every - 0.1) };
            watch.Look(before, s_start + Seconds((every * i) - 0.1), s_t);
            doubtful = doubtful with { PeerWindowBytes = doubtful.PeerWindowBytes + opens };
            watch.Look(doubtful, s_start + Seconds(every * i), s_t);
        }

        Instant now = WalkTo(ref watch, Linux with { UnansweredProbes = 9 }, 8, s_start + Seconds(every * 3));
        watch.FailedFor(now).Should().Be(TimeSpan.Zero, why);
        watch = Answered();
        now = WalkTo(ref watch, Linux with { UnansweredProbes = 9 }, 8);
        watch.FailedFor(now).Should().Be(Seconds(8), "who has answered can be missed");
    }

    [Fact]
    public void The_first_answer_on_a_connection_that_has_carried_nothing_brings_the_window_that_the_SYN_could_not_tell()
    {
        TcpInfoSnapshot connected = Linux with { BytesSent = 0, BytesAcknowledged = 1, BytesReceived = 0, PeerWindowBytes = 65_160 };
        TcpInfoSnapshot answered = connected with { PeerWindowBytes = 65_536 };
        WitnessWatch watch = new(connected, s_start - Seconds(2), asks: true);

        watch.Look(answered, s_start, s_t);

        Instant now = WalkTo(ref watch, answered with { UnansweredProbes = 9 }, 8);
        watch.FailedFor(now).Should().Be(Seconds(8), "nothing of ours lies at the peer, so nobody has read: it was a probe that was answered");
    }

    [Theory]
    [InlineData(6)]
    [InlineData(7.5)]
    [InlineData(7.9)]
    [InlineData(8.1)]
    [InlineData(11)]
    public void However_looks_and_answers_fall_together_the_first_are_seen_within_one_and_a_half_bounds(double t)
    {
        for (double phase = 0; phase < 1; phase += 0.05)
        {
            TimeSpan bound = Seconds(t);
            WitnessPlan plan = new(bound);

            // Each answer comes three hundredths of the idle time late.
            double every = plan.Idle.TotalSeconds * 1.03;
            double shift = every * phase;
            WitnessWatch watch = new(Linux with { SinceAckReceived = Seconds(shift) }, s_start, asks: true);
            Instant now = s_start;
            while (now < s_start + (bound * 1.5))
            {
                now += plan.LookEvery;
                watch.Look(Linux with { SinceAckReceived = Seconds(((now - s_start).TotalSeconds + shift) % every) }, now, bound);
            }

            Instant heard = now;
            for (int i = 1; i <= 4; i++)
            {
                now = heard + (i * plan.LookEvery);
                watch.Look(Linux with { UnansweredProbes = 9, SinceAckReceived = plan.Idle + (now - heard) }, now, bound);
            }

            watch.State.Should().Be(WitnessState.Failed, "who has answered can be missed ({0})", phase);
        }
    }

    [Fact]
    public void Keepalive_that_the_application_has_set_is_answered_when_that_says()
    {
        WitnessWatch watch = new(Linux, s_start, asks: true, byPlan: false);
        watch.Look(Linux with { SinceAckReceived = Seconds(2.9) }, s_start + Seconds(2.9), s_t);
        watch.Look(Linux, s_start + Seconds(3), s_t);

        Instant now = WalkTo(ref watch, Linux with { UnansweredProbes = 9 }, 8, s_start + Seconds(3));
        watch.FailedFor(now).Should().Be(Seconds(8));
    }

    [Fact]
    public void A_pause_of_our_own_is_not_held_against_the_peer()
    {
        WitnessWatch watch = Answered();
        Instant now = WalkTo(ref watch, Linux, 1) + Seconds(60);

        watch.Look(Linux with { UnansweredProbes = 50, SinceAckReceived = Seconds(61) }, now, s_t).Should().Be(WitnessState.Fresh);
        watch.SilentFor(now).Should().Be(Seconds(1) + (s_t / 4));
        now = WalkTo(ref watch, Linux with { UnansweredProbes = 50 }, 7, now, 61);
        watch.FailedFor(now).Should().Be(Seconds(10), "the evidence is real, and counts from here on");
    }

    [Theory]
    [InlineData(TcpState.CloseWait, WitnessEnd.Fin)]
    [InlineData(TcpState.LastAck, WitnessEnd.Fin)]
    [InlineData(TcpState.TimeWait, WitnessEnd.Fin)]
    [InlineData(TcpState.Closed, WitnessEnd.Dead)]
    [InlineData(TcpState.FinWait1, WitnessEnd.No)]
    [InlineData(TcpState.FinWait2, WitnessEnd.No)]
    [InlineData(TcpState.Established, WitnessEnd.No)]
    internal void Its_own_state_tells_the_end(TcpState state, WitnessEnd end)
    {
        WitnessWatch watch = Answered();

        watch.Look(Linux with { State = state }, s_start + Seconds(1), s_t);

        watch.Ended.Should().Be(end);
    }

    /// <summary>Looks four times a second at a connection of which nothing comes any more.</summary>
    private static Instant WalkTo(ref WitnessWatch watch, TcpInfoSnapshot info, double seconds, Instant? from = null, double age = 0)
    {
        Instant start = from ?? s_start;
        for (double at = 0.25; at < seconds; at += 0.25)
        {
            watch.Look(Aged(info, at + age), start + Seconds(at), s_t);
        }

        watch.Look(Aged(info, seconds + age), start + Seconds(seconds), s_t);
        return start + Seconds(seconds);
    }

    /// <summary>On an idle connection a probe was answered just now, and one before: a quarter of T apart.</summary>
    private static WitnessWatch Answered()
    {
        WitnessWatch watch = new(Linux, s_start - Seconds(4), asks: true);
        watch.Look(Linux, s_start - Seconds(2), s_t);
        watch.Look(Linux, s_start, s_t);
        return watch;
    }

    private static TcpInfoSnapshot Aged(TcpInfoSnapshot info, double seconds)
    {
        return info.SinceAckReceived is null ? info : info with { SinceAckReceived = Seconds(seconds) };
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
