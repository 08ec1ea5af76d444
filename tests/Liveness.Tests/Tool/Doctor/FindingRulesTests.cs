using System.Net;
using System.Net.NetworkInformation;
using Liveness.KeepAlive;
using Liveness.Tool.Doctor;

namespace Liveness.Tests.Tool.Doctor;

public sealed class FindingRulesTests
{
    private static readonly IPEndPoint s_local = new(IPAddress.Parse("192.0.2.1"), 40000);
    private static readonly IPEndPoint s_remote = new(IPAddress.Parse("192.0.2.2"), 443);

    [Fact]
    public void A_healthy_connection_with_keepalive_has_no_finding()
    {
        Judge(Idle with { Timer = SocketTimer.KeepAlive, TimerDue = Seconds(45) }).Should().BeEmpty();
    }

    [Fact]
    public void Data_on_its_way_says_nothing_of_keepalive()
    {
        Judge(Idle with { Timer = SocketTimer.Retransmission, SendQueue = 100 }).Should().BeEmpty();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_segment_or_two_that_are_lost_are_no_problem(int timeouts)
    {
        Judge(Stuck(timeouts)).Should().BeEmpty();
    }

    [Fact]
    public void Retransmitting_in_vain_is_told_with_the_time_since_the_first_sending()
    {
        // 0.2 + 0.4 + 0.8 + 1.6 + 3.2 + 6.4 + 12.8 s, and 15.6 s since the seventh retransmission.
        Finding found = Judge(Stuck(7)).Single();

        found.Text.Should().Be("retransmitting in vain for 41 s: 7 timeouts in a row, 1,500 bytes unacknowledged");
        found.For!.Value.Should().BeCloseTo(Seconds(41), TimeSpan.FromMilliseconds(1));
    }

    [Fact]
    public void Timeouts_grow_to_two_minutes()
    {
        // 0.2 to 102.4 s, doubled each time, are 204.6 s; three of two minutes; and 60 s since the last one.
        SocketRecord old = Stuck(13) with
        {
            Info = Info(sent: 60, received: 900, acknowledged: 900) with { Retransmits = 13, Backoff = 13, RetransmissionTimeout = TimeSpan.FromMinutes(2) },
        };

        Judge(old).Single().For!.Value.Should().BeCloseTo(TimeSpan.FromSeconds(624.6), TimeSpan.FromMilliseconds(1));
    }

    [Fact]
    public void Retransmitting_is_in_vain_since_the_last_answer_at_most()
    {
        SocketRecord answered = Stuck(7) with { Info = Stuck(7).Info!.Value with { SinceAckReceived = Seconds(20) } };

        Judge(answered).Single().For.Should().Be(Seconds(20));
    }

    [Fact]
    public void An_end_that_nobody_acknowledges_is_told_too()
    {
        Judge(Stuck(7) with { State = TcpState.LastAck, SendQueue = 0 }).Single().Text.Should().EndWith("an end unacknowledged");
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(6, 1)]
    public void One_keepalive_probe_may_be_on_its_way(int unanswered, int findings)
    {
        SocketRecord probed = Idle with
        {
            Timer = SocketTimer.KeepAlive,
            TimerDue = Seconds(5),
            Info = Info(sent: 900, received: 900, acknowledged: 63) with { UnansweredProbes = unanswered },
        };

        Judge(probed).Select(one => one.Kind).Should().Equal(Enumerable.Repeat(FindingKind.KeepAliveUnanswered, findings));
    }

    [Theory]
    [InlineData(4, 0)]
    [InlineData(12, 1)]
    public void A_closed_window_is_a_problem_once_it_lasts(int seconds, int findings)
    {
        SocketRecord closed = Idle with { Timer = SocketTimer.WindowProbe, SendQueue = 80_000, Info = Info(sent: seconds, received: 900, acknowledged: 1) };

        Judge(closed).Select(one => one.Text).Should().Equal(
            Enumerable.Repeat("closed window for 12 s: the peer's host answers, its program does not read, and 80,000 bytes wait", findings));
    }

    [Fact]
    public void A_closed_window_about_which_nobody_answers_is_another_problem()
    {
        SocketRecord dead = Idle with
        {
            Timer = SocketTimer.WindowProbe,
            SendQueue = 80_000,
            Info = Info(sent: 70, received: 900, acknowledged: 60) with { UnansweredProbes = 5 },
        };

        Judge(dead).Select(one => (one.Kind, one.For)).Should().Equal((FindingKind.WindowProbesUnanswered, Seconds(60)));
    }

    [Fact]
    public void A_close_that_the_process_does_not_answer_is_told_with_the_time_since_the_FIN()
    {
        SocketRecord waiting = Idle with { State = TcpState.CloseWait, Info = Info(sent: 20_000, received: 15_000, acknowledged: 10_800) };

        Judge(waiting).Select(one => one.Text).Should().Equal("the peer has closed, this process has not, for 3 h");
    }

    [Theory]
    [InlineData(false, 5)]
    [InlineData(true, 20_000)]
    public void Where_something_came_behind_the_FIN_its_time_is_an_upper_bound(bool keepAlive, int sent)
    {
        SocketRecord waiting = Idle with
        {
            State = TcpState.CloseWait,
            Timer = keepAlive ? SocketTimer.KeepAlive : SocketTimer.None,
            TimerDue = Seconds(9),
            Info = Info(sent, received: 15_000, acknowledged: 30),
        };

        Judge(waiting).Select(one => one.Text).Should().Equal("the peer has closed, this process has not, for at most 4 h");
    }

    [Fact]
    public void A_close_may_take_a_moment()
    {
        Judge(Idle with { State = TcpState.CloseWait, Info = Info(sent: 9, received: 9, acknowledged: 9) }).Should().BeEmpty();
    }

    [Theory]
    [InlineData(9, 0)]
    [InlineData(30, 1)]
    public void Bytes_that_wait_too_long_to_be_read_are_a_problem_of_this_process(int seconds, int findings)
    {
        SocketRecord lazy = Idle with { Timer = SocketTimer.KeepAlive, ReceiveQueue = 4096, Info = Info(sent: 900, received: seconds, acknowledged: 1) };

        Judge(lazy).Select(one => one.Kind).Should().Equal(Enumerable.Repeat(FindingKind.NotRead, findings));
    }

    [Fact]
    public void Without_keepalive_a_dead_peer_is_found_never()
    {
        Finding found = Judge(Idle).Single();

        found.Should().Be(new Finding(
            FindingKind.NoKeepAlive, Severity.Risk, "no keepalive: a dead peer is found never, unless something is sent; nothing was heard for 15 min", Seconds(900)));
    }

    [Fact]
    public void Within_one_host_a_death_is_told_by_the_kernel()
    {
        Judge(Idle with { Remote = new IPEndPoint(s_local.Address, 443) }).Should().BeEmpty();
        Judge(Idle with { Local = new IPEndPoint(IPAddress.Loopback, 1), Remote = new IPEndPoint(IPAddress.Loopback, 443) }).Should().BeEmpty();
    }

    [Fact]
    public void The_keepalive_of_the_defaults_looks_late()
    {
        Judge(Idle with { Timer = SocketTimer.KeepAlive, TimerDue = TimeSpan.FromMinutes(119.5) }).Select(one => one.Text)
            .Should().Equal("keepalive is on, and does not look before 119 min: a dead peer is found later than that");
    }

    [Theory]
    [InlineData(240, 1)]
    [InlineData(1000, 0)]
    public void Idle_longer_than_a_box_on_the_way_remembers_is_a_risk(int limit, int findings)
    {
        SocketRecord idle = Idle with { Timer = SocketTimer.KeepAlive, TimerDue = Seconds(5), Info = Info(sent: 950, received: 900, acknowledged: 300) };
        FindingRules rules = new(Seconds(limit));

        rules.Judge(idle).Select(one => one.Text).Should().Equal(
            Enumerable.Repeat("idle for 5 min behind a limit of 4 min: a box on the way may have forgotten it", findings));
    }

    [Theory]
    [InlineData(2, 0)]
    [InlineData(5, 1)]
    public void Connecting_in_vain_is_a_problem(int retries, int findings)
    {
        Judge(Idle with { State = TcpState.SynSent, Timer = SocketTimer.Retransmission, TimerCount = retries }).Should().HaveCount(findings);
    }

    [Theory]
    [InlineData(128, 0)]
    [InlineData(129, 1)]
    public void A_full_accept_queue_is_a_problem(uint waiting, int findings)
    {
        Judge(Idle with { State = TcpState.Listen, Info = null, ReceiveQueue = waiting, SendQueue = 128 }).Should().HaveCount(findings);
    }

    [Theory]
    [InlineData(0u, 0)]
    [InlineData(7u, 1)]
    public void A_half_close_is_told_while_a_process_holds_it(uint inode, int findings)
    {
        SocketRecord half = Idle with { State = TcpState.FinWait2, Inode = inode, Timer = SocketTimer.KeepAlive };

        Judge(half).Select(one => one.Kind).Should().Equal(Enumerable.Repeat(FindingKind.HalfClosed, findings));
    }

    private static SocketRecord Idle => new()
    {
        State = TcpState.Established,
        Local = s_local,
        Remote = s_remote,
        Inode = 7,
        Info = Info(sent: 900, received: 900, acknowledged: 900),
    };

    private static SocketRecord Stuck(int timeouts) => Idle with
    {
        Timer = SocketTimer.Retransmission,
        SendQueue = 1500,
        Info = Info(sent: 0, received: 900, acknowledged: 300) with
        {
            SinceDataSent = TimeSpan.FromSeconds(15.6),
            Retransmits = timeouts,
            Backoff = timeouts,
            RetransmissionTimeout = TimeSpan.FromSeconds(0.2 * Math.Pow(2, timeouts)),
        },
    };

    private static IReadOnlyList<Finding> Judge(SocketRecord socket) => new FindingRules(idleLimit: null).Judge(socket);

    private static TcpInfoSnapshot Info(int sent, int received, int acknowledged) =>
        new() { SinceDataSent = Seconds(sent), SinceDataReceived = Seconds(received), SinceAckReceived = Seconds(acknowledged) };

    private static TimeSpan Seconds(int seconds) => TimeSpan.FromSeconds(seconds);
}
