using System.Net;
using System.Net.NetworkInformation;
using Liveness.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Liveness.Tests;

/// <summary>A watch set between what its kernels tell and what its side connection tells: whose word is it, and what is it worth?</summary>
public sealed class WhoWasAskedTests
{
    private static readonly TimeSpan s_t = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(10);
    private static readonly IPAddress s_peer = IPAddress.Parse("192.0.2.7");
    private static readonly Bytes32 s_key = SideKey.Hash(new byte[16]);

    private readonly ManualWorkQueue _queue = new();
    private readonly ManualTimeProvider _clock;
    private readonly ToldSockets _sockets = new();
    private readonly Owner _owner = new();
    private readonly WatchSet _set;
    private readonly ToldSideLink _link = new(s_peer);
    private TcpInfoSnapshot? _kernel = ToldSockets.Fresh;

    public WhoWasAskedTests()
    {
        _clock = new ManualTimeProvider { WorkQueue = _queue };
        _set = new WatchSet(s_t, witness: true, _clock, NullLogger.Instance, _owner, sockets: _sockets);
    }

    private Instant Now => _set.Scheduling.Now;

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void A_stopped_process_is_told_by_the_kernel_that_answers_where_that_kernel_is_surely_the_peers(bool isAcceptingEnd, bool named)
    {
        SideSession session = Session(isAcceptingEnd);
        WatchedConnection connection = Watched(session, named ? s_key : null);
        Fall(session, Diagnosis.PeerUnresponsive);
        session.Knock(Now);

        Pass(s_t * 3);

        connection.Monitor.Loss?.Diagnosis.Should().Be(Diagnosis.PeerUnresponsive, "behind a name there may be a proxy, whose kernel answers for nobody else's process");
        (connection.Monitor.Loss is null).Should().Be(named);
    }

    [Fact]
    public void A_loss_that_the_peer_has_judged_is_one_here_too_and_what_comes_together_is_told_together()
    {
        SideSession session = Session();
        WatchedConnection[] connections = [Watched(session, null, 1), Watched(session, null, 2), Watched(session, null, 3)];

        Unwatched(session, 1, UnwatchReason.Lost);
        Unwatched(session, 3, UnwatchReason.Lost);
        _queue.RunAll();

        connections[0].Monitor.Loss.Should().BeOfType<PeerDenied>().Which.Should().Match<ConnectionLoss>(loss => loss.Diagnosis == Diagnosis.PeerGaveUp && loss.Certainty == Certainty.Proven);
        connections[0].Monitor.Loss!.ToString().Should().Contain("it judged this connection lost").And.NotContain("no longer exists");
        connections[1].Monitor.Loss.Should().BeNull();
        _owner.Batches.Should().Equal(2);
        _link.Sent.Should().BeEmpty("it knows");
    }

    [Fact]
    public void An_accepting_end_passes_the_clients_verdict_on_too()
    {
        SideSession session = Session(isAcceptingEnd: true);
        WatchedConnection connection = Watched(session, s_key);

        Unwatched(session, connection.Entry.Id, UnwatchReason.Lost);
        _queue.RunAll();

        connection.Monitor.Loss.Should().BeOfType<PeerDenied>().Which.Diagnosis.Should().Be(Diagnosis.PeerGaveUp);
    }

    [Theory]
    [InlineData((int)UnwatchReason.Lost)]
    [InlineData((int)UnwatchReason.SocketClosed)]
    [InlineData((int)UnwatchReason.NoLongerWatched)]
    public void A_word_about_an_unknown_or_never_confirmed_connection_is_worth_nothing(int reason)
    {
        SideSession session = Session();
        WatchedConnection connection = Watched(session, null, 1, confirmed: false);

        Unwatched(session, 1, (UnwatchReason)reason);
        Unwatched(session, 77, (UnwatchReason)reason);
        Pass(s_t * 2);

        (connection.Monitor.Loss, connection.Monitor.State, connection.Monitor.Conditions).Should().Be((null, ConnectionState.Alive, ConnectionConditions.Unvouched));
    }

    [Fact]
    public void A_connection_that_the_peer_has_stopped_watching_is_vouched_for_by_nobody_and_its_frozen_process_is_no_longer_its_own()
    {
        SideSession session = Session();
        WatchedConnection connection = Watched(session, null);

        Unwatched(session, connection.Entry.Id, UnwatchReason.NoLongerWatched);
        _queue.RunAll();
        connection.Monitor.Conditions.Should().Be(ConnectionConditions.Unvouched);
        Fall(session, Diagnosis.PeerUnresponsive);
        session.Knock(Now);
        Pass(s_t * 3);

        connection.Monitor.Loss.Should().BeNull();
    }

    [Fact]
    public void A_socket_that_the_peer_has_closed_is_asked_about_and_its_FIN_has_one_T()
    {
        SideSession session = Session();
        WatchedConnection connection = Watched(session, null);

        Unwatched(session, connection.Entry.Id, UnwatchReason.SocketClosed);
        _queue.RunAll();

        _link.Sent.Should().Equal("Ask 1");
        connection.Monitor.Conditions.Should().Be(ConnectionConditions.Unvouched);
        Pass(s_t * 0.95);
        connection.Monitor.Loss.Should().BeNull();
        Pass(s_t * 0.1);
        connection.Monitor.Loss.Should().BeOfType<PeerDenied>().Which.Diagnosis.Should().Be(Diagnosis.PeerForgot);
    }

    [Fact]
    public void A_socket_that_the_peer_has_closed_and_whose_connection_another_process_there_goes_on_with_is_alive()
    {
        SideSession session = Session();
        WatchedConnection connection = Watched(session, null);
        Unwatched(session, connection.Entry.Id, UnwatchReason.SocketClosed);
        _queue.RunAll();

        Answer(session, connection.Entry.Id, SideAnswer.NotYours);
        Pass(s_t * 2);

        (connection.Monitor.Loss, connection.Monitor.Conditions).Should().Be((null, ConnectionConditions.Unvouched));
    }

    [Fact]
    public void A_FIN_that_has_come_is_no_longer_waited_for_while_data_is_still_under_way()
    {
        SideSession session = Session();
        WatchedConnection connection = Watched(session, null);
        Pass(s_t / 2);
        int taken = 0;
        _told = () => ToldSockets.Fresh with { State = TcpState.CloseWait, UnacknowledgedSegments = 1, BytesSent = 1_000_000, BytesAcknowledged = taken++ };
        Pass(s_t / 2);

        Unwatched(session, connection.Entry.Id, UnwatchReason.SocketClosed);
        Pass(s_t * 2);

        (connection.Monitor.Loss, connection.Monitor.State).Should().Be((null, ConnectionState.Alive));
    }

    [Theory]
    [InlineData(TcpState.CloseWait, (int)UnwatchReason.NoLongerWatched)]
    [InlineData(TcpState.TimeWait, (int)UnwatchReason.NoLongerWatched)]
    [InlineData(TcpState.Closed, (int)UnwatchReason.Lost)]
    [InlineData(TcpState.Unknown, (int)UnwatchReason.SocketClosed)]
    public void What_ends_a_watch_is_told_as_what_it_is(TcpState state, int reason)
    {
        // A peer's FIN is no closed socket: this end may go on sending.
        SideSession session = Session();
        Watched(session, null);

        _kernel = state == TcpState.Unknown ? null : ToldSockets.Fresh with { State = state };
        Pass(s_t * 0.6);

        _link.Sent.Where(message => !message.StartsWith("Ask", StringComparison.Ordinal)).Should().Equal(new UnwatchMessage(1, (UnwatchReason)reason).ToString());
    }

    [Fact]
    public void A_connect_that_is_not_answered_counts_as_one_that_nobody_greets_and_one_that_is_refused_does_not()
    {
        SideSession session = Session();
        WatchedConnection connection = Watched(session, null);
        Fall(session, Diagnosis.PeerUnresponsive);
        for (int attempt = 0; attempt < 5; attempt++)
        {
            session.Knock(Now);
            Pass(s_t * 0.3);
            session.KnockAnswered();
        }

        connection.Monitor.Loss.Should().BeNull("somebody turns it away each time");
        session.Knock(Now);
        Pass(s_t * 2);
        connection.Monitor.Loss.Should().BeNull("whoever turned it away has not stopped: what is unanswered now is another matter");
        _set.Change(session, changed => changed.Heard());
        Fall(session, Diagnosis.PeerUnresponsive);
        session.KnockFailed();
        session.Knock(Now);
        Pass(s_t * 0.7);
        session.Knock(Now);
        connection.Monitor.Loss.Should().BeNull();
        Pass(s_t * 0.35);

        connection.Monitor.Loss.Should().BeOfType<SideSilent>().Which.Diagnosis.Should().Be(Diagnosis.PeerUnresponsive);
    }

    [Theory]
    [InlineData(0.3, true)]
    [InlineData(25, false)]
    public void A_probe_is_missed_only_once_a_beat_that_was_sent_after_it_has_come_back(double wayInSeconds, bool isLost)
    {
        SideSession session = Session();
        WatchedConnection connection = Watched(session, null);
        _link.OutboundAge = TimeSpan.FromSeconds(wayInSeconds);

        GoUnanswered();
        Pass(s_t * 1.02);

        (connection.Monitor.Loss is KeepAliveTimedOut).Should().Be(isLost);
        Pass(TimeSpan.FromSeconds(20));
        (connection.Monitor.Loss is KeepAliveTimedOut).Should().Be(isLost);
        Pass(TimeSpan.FromSeconds(5));
        connection.Monitor.Loss.Should().BeOfType<KeepAliveTimedOut>("every beat comes back, and no probe does");
    }

    [Fact]
    public void A_side_connection_that_hesitates_proves_no_more_than_one_that_beats()
    {
        SideSession session = Session();
        WatchedConnection connection = Watched(session, null);
        _link.OutboundAge = TimeSpan.FromSeconds(25);
        GoUnanswered();
        Pass(s_t * 0.8);
        _set.Change(session, changed => changed.Silent(Now));

        Pass(s_t * 0.5);
        _set.Change(session, changed => changed.Heard());
        Pass(s_t);

        connection.Monitor.Loss.Should().BeNull();
    }

    [Fact]
    public void A_verdict_that_waits_for_the_witness_comes_as_soon_as_the_witness_has_nothing_more_to_say()
    {
        SideSession session = Session(isAcceptingEnd: true);
        _set.Change(session, changed => changed.Silent(Now));
        Instant heard = Now + (s_t * 1.7);
        _told = () => ToldSockets.Fresh with { UnansweredProbes = 3, SinceAckReceived = Now < heard ? TimeSpan.Zero : Now - heard };
        _kernel = _told();
        WatchedConnection[] connections = [.. Enumerable.Range(1, 40).Select(id => Watched(session, null, (ulong)id))];
        _set.Change(session, changed => changed.Silent(Now));

        Pass((s_t * 2.7) - TimeSpan.FromMilliseconds(50));
        connections.Should().OnlyContain(connection => connection.Monitor.Loss == null);
        Pass(TimeSpan.FromMilliseconds(250));

        connections.Should().OnlyContain(connection => connection.Monitor.Loss is SideSilent, "forty of them are looked at in turns, four times in T, and each has a due time of its own");
    }

    [Fact]
    public void A_write_on_a_connection_whose_probes_are_swallowed_has_its_whole_bound()
    {
        Instant begun = Now;
        int probes = 0;
        Func<TcpInfoSnapshot?> swallowed = () => ToldSockets.Fresh with { UnansweredProbes = probes++ & 1, SinceAckReceived = Now - begun };
        SideSession other = Session();
        WatchedConnection idle = _set.Add(_sockets.Add(SideTuples.Of("192.0.2.1", 50_000, "192.0.2.7", 443), () => swallowed()), null, other, 9);
        Answer(other, 9, SideAnswer.Watched);
        Pass(s_t * 10);
        idle.Monitor.Loss.Should().BeNull();

        swallowed = () => ToldSockets.Fresh with { UnacknowledgedSegments = 1, BytesSent = 100, SinceAckReceived = Now - begun };
        Pass(s_t * 0.98);
        idle.Monitor.Loss.Should().BeNull("slow is not dead: the silence counts from when somebody was asked");
        Pass(s_t * 0.28);

        idle.Monitor.Loss.Should().BeOfType<KeepAliveTimedOut>();
    }

    private SideSession Session(bool isAcceptingEnd = false)
    {
        SideSession session = new(isAcceptingEnd, new IPEndPoint(s_peer, 7001), Now);
        _set.Change(session, changed => changed.Ready(_link));
        _queue.RunAll();
        return session;
    }

    private WatchedConnection Watched(SideSession session, Bytes32? key, ulong id = 1, bool confirmed = true)
    {
        ConnectionTuple tuple = SideTuples.Of("192.0.2.1", 40_000 + (int)id, s_peer.ToString(), 443);
        WatchedConnection connection = _set.Add(_sockets.Add(tuple, () => _kernel), key, session, id);
        if (confirmed)
        {
            Answer(session, id, SideAnswer.Watched);
        }

        return connection;
    }

    private void Answer(SideSession session, ulong id, SideAnswer answer)
    {
        _set.TakeAnswer(session, new AnswerMessage(id, answer, AnswerMessage.Unknown, AnswerMessage.Unknown));
        _queue.RunAll();
    }

    private void Unwatched(SideSession session, ulong id, UnwatchReason reason) => _set.TakeUnwatch(session, new UnwatchMessage(id, reason));

    private void Fall(SideSession session, Diagnosis diagnosis)
    {
        LossObservation observation = new() { Kind = LossKind.HeartbeatTimedOut, Silence = s_t, Bound = s_t, Evidence = new Evidence(), Decided = (diagnosis, Certainty.Likely) };
        _set.Change(session, changed => changed.Silent(Now));
        Pass(s_t);
        _set.Change(session, changed => changed.Ended(Now, LossFactory.Create(observation, DateTimeOffset.UnixEpoch)));
    }

    /// <summary>From now on: keepalive asks, and nothing comes.</summary>
    private void GoUnanswered()
    {
        // Only who has answered once can be missed.
        _told = () => ToldSockets.Fresh with { SinceAckReceived = TimeSpan.FromTicks(Now.Ticks % TimeSpan.TicksPerSecond) };
        Pass(s_t);
        Instant heard = Now;
        _told = () => ToldSockets.Fresh with { SinceAckReceived = Now - heard, UnansweredProbes = (int)Math.Max(0, (Now - heard).TotalSeconds) };
    }

    private Func<TcpInfoSnapshot>? _told;

    private void Pass(TimeSpan time)
    {
        for (TimeSpan passed = TimeSpan.Zero; passed < time; passed += s_step)
        {
            _kernel = _told?.Invoke() ?? _kernel;
            _clock.Advance(s_step);
            _queue.RunAll();
        }
    }

    private sealed class Owner : IWatchSetOwner
    {
        public List<int> Batches { get; } = [];

        public void StartConnectProbe(SideSession session, WatchedConnection example)
        {
        }

        public void OnStopped(WatchedConnection connection)
        {
        }

        public void OnLost(IReadOnlyList<WatchedConnection> connections) => Batches.Add(connections.Count);
    }
}
