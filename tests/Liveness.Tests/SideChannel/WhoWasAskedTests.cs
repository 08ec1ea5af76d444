using System.Net.NetworkInformation;
using Liveness.KeepAlive;
using Liveness.SideChannel;

namespace Liveness.Tests;

/// <summary>A watch set between what its kernels tell and what its side connection tells: whose word is it, and what is it worth?</summary>
public sealed class WhoWasAskedTests : WatchSetFrame
{
    private static readonly Bytes32 s_key = SideKey.Hash(new byte[16]);

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void A_stopped_process_is_told_by_the_kernel_that_answers_where_that_kernel_is_surely_the_peers(bool isAcceptingEnd, bool named)
    {
        SideSession session = Session(isAcceptingEnd);
        SideWatch connection = Watched(session, named ? s_key : null);
        Fall(session, LossDiagnosis.PeerUnresponsive);
        session.Knock(Now);

        Pass(T * 3);

        connection.Monitor.Loss?.Diagnosis.Should().Be(LossDiagnosis.PeerUnresponsive, "behind a name there may be a proxy, whose kernel answers for nobody else's process");
        (connection.Monitor.Loss is null).Should().Be(named);
    }

    [Fact]
    public void A_loss_that_the_peer_has_judged_is_one_here_too_and_what_comes_together_is_told_together()
    {
        SideSession session = Session();
        SideWatch[] connections = [Watched(session, null, 1), Watched(session, null, 2), Watched(session, null, 3)];

        Unwatched(session, 1, UnwatchReason.Lost);
        Unwatched(session, 3, UnwatchReason.Lost);
        Queue.RunAll();

        connections[0].Monitor.Loss.Should().BeOfType<PeerDenied>().Which.Should().Match<ConnectionLoss>(loss => loss.Diagnosis == LossDiagnosis.PeerGaveUp && loss.Certainty == LossCertainty.Proven);
        connections[0].Monitor.Loss!.ToString().Should().Contain("it judged this connection lost").And.NotContain("no longer exists");
        connections[1].Monitor.Loss.Should().BeNull();
        Batches.Should().Equal(2);
        Link.Sent.Should().Equal(["UnwatchMessage { Id = 1, Reason = Lost }", "UnwatchMessage { Id = 3, Reason = Lost }"], "only the client's own word frees an id");
    }

    [Fact]
    public void A_peer_that_repeats_an_answer_makes_nobody_look_more_often()
    {
        SideSession session = Session();
        int looks = 0;
        ConnectionTuple tuple = SideTuples.Of("192.0.2.1", 40_001, Peer.ToString(), 443);
        Set.Add(Sockets.Add(tuple, () => ToldSockets.Fresh with { BytesReceived = looks++ }), null, session, id: 1);
        looks = 0;

        for (int i = 0; i < 1_000; i++)
        {
            Set.TakeAnswer(session, new AnswerMessage(1, SideAnswer.Watched, AnswerMessage.Unknown, AnswerMessage.Unknown));
        }

        Queue.RunAll();

        looks.Should().Be(1, "a flood of answers must not keep the others waiting for their verdict");
    }

    [Fact]
    public void An_accepting_end_passes_the_clients_verdict_on_too()
    {
        SideSession session = Session(isAcceptingEnd: true);
        SideWatch connection = Watched(session, s_key);

        Unwatched(session, connection.Entry.Id, UnwatchReason.Lost);
        Queue.RunAll();

        connection.Monitor.Loss.Should().BeOfType<PeerDenied>().Which.Diagnosis.Should().Be(LossDiagnosis.PeerGaveUp);
    }

    [Theory]
    [InlineData((int)UnwatchReason.Lost)]
    [InlineData((int)UnwatchReason.SocketClosed)]
    [InlineData((int)UnwatchReason.NoLongerWatched)]
    public void A_word_about_an_unknown_or_never_confirmed_connection_is_worth_nothing(int reason)
    {
        SideSession session = Session();
        SideWatch connection = Watched(session, null, 1, confirmed: false);

        Unwatched(session, 1, (UnwatchReason)reason);
        Unwatched(session, 77, (UnwatchReason)reason);
        Pass(T * 2);

        (connection.Monitor.Loss, connection.Monitor.State, connection.Monitor.Conditions).Should().Be((null, LivenessState.Alive, ConnectionConditions.Unvouched));
    }

    [Fact]
    public void A_connection_that_the_peer_has_stopped_watching_is_vouched_for_by_nobody_and_its_frozen_process_is_no_longer_its_own()
    {
        SideSession session = Session();
        SideWatch connection = Watched(session, null);

        Unwatched(session, connection.Entry.Id, UnwatchReason.NoLongerWatched);
        Queue.RunAll();
        connection.Monitor.Conditions.Should().Be(ConnectionConditions.Unvouched);
        Fall(session, LossDiagnosis.PeerUnresponsive);
        session.Knock(Now);
        Pass(T * 3);

        connection.Monitor.Loss.Should().BeNull();
    }

    [Fact]
    public void A_socket_that_the_peer_has_closed_is_asked_about_and_its_FIN_has_one_T()
    {
        SideSession session = Session();
        SideWatch connection = Watched(session, null);

        Unwatched(session, connection.Entry.Id, UnwatchReason.SocketClosed);
        Queue.RunAll();

        Link.Sent.Should().Equal("Ask 1");
        connection.Monitor.Conditions.Should().Be(ConnectionConditions.Unvouched);
        Pass(T * 0.95);
        connection.Monitor.Loss.Should().BeNull();
        Pass(T * 0.1);
        connection.Monitor.Loss.Should().BeOfType<PeerDenied>().Which.Diagnosis.Should().Be(LossDiagnosis.PeerForgot);
    }

    [Fact]
    public void A_socket_that_the_peer_has_closed_and_whose_connection_another_process_there_goes_on_with_is_alive()
    {
        SideSession session = Session();
        SideWatch connection = Watched(session, null);
        Unwatched(session, connection.Entry.Id, UnwatchReason.SocketClosed);
        Queue.RunAll();

        Answer(session, connection.Entry.Id, SideAnswer.NotYours);
        Pass(T * 2);

        (connection.Monitor.Loss, connection.Monitor.Conditions).Should().Be((null, ConnectionConditions.Unvouched));
    }

    [Fact]
    public void A_FIN_that_has_come_is_no_longer_waited_for_while_data_is_still_under_way()
    {
        SideSession session = Session();
        SideWatch connection = Watched(session, null);
        Pass(T / 2);
        int taken = 0;
        Told = () => ToldSockets.Fresh with { State = TcpState.CloseWait, UnacknowledgedSegments = 1, BytesSent = 1_000_000, BytesAcknowledged = taken++ };
        Pass(T / 2);

        Unwatched(session, connection.Entry.Id, UnwatchReason.SocketClosed);
        Pass(T * 2);

        (connection.Monitor.Loss, connection.Monitor.State).Should().Be((null, LivenessState.Alive));
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

        Kernel = state == TcpState.Unknown ? null : ToldSockets.Fresh with { State = state };
        Pass(T * 0.6);

        Link.Sent.Where(message => !message.StartsWith("Ask", StringComparison.Ordinal)).Should().Equal(new UnwatchMessage(1, (UnwatchReason)reason).ToString());
    }

    [Fact]
    public void A_connect_that_is_not_answered_counts_as_one_that_nobody_greets_and_one_that_is_refused_does_not()
    {
        SideSession session = Session();
        SideWatch connection = Watched(session, null);
        Fall(session, LossDiagnosis.PeerUnresponsive);
        for (int attempt = 0; attempt < 5; attempt++)
        {
            session.Knock(Now);
            Pass(T * 0.3);
            session.KnockAnswered();
        }

        connection.Monitor.Loss.Should().BeNull("somebody turns it away each time");
        session.Knock(Now);
        Pass(T * 2);
        connection.Monitor.Loss.Should().BeNull("whoever turned it away has not stopped: what is unanswered now is another matter");
        Set.Change(session, changed => changed.Heard());
        Fall(session, LossDiagnosis.PeerUnresponsive);
        session.KnockFailed();
        session.Knock(Now);
        Pass(T * 0.7);
        session.Knock(Now);
        connection.Monitor.Loss.Should().BeNull();
        Pass(T * 0.35);

        connection.Monitor.Loss.Should().BeOfType<SideConnectionSilent>().Which.Diagnosis.Should().Be(LossDiagnosis.PeerUnresponsive);
    }

    [Theory]
    [InlineData(0.3, true)]
    [InlineData(25, false)]
    public void A_probe_is_missed_only_once_a_beat_that_was_sent_after_it_has_come_back(double wayInSeconds, bool isLost)
    {
        SideSession session = Session();
        SideWatch connection = Watched(session, null);
        Link.OutboundAge = TimeSpan.FromSeconds(wayInSeconds);

        GoUnanswered();
        Pass(T * 1.02);

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
        SideWatch connection = Watched(session, null);
        Link.OutboundAge = TimeSpan.FromSeconds(25);
        GoUnanswered();
        Pass(T * 0.8);
        Set.Change(session, changed => changed.Silent(Now));

        Pass(T * 0.5);
        Set.Change(session, changed => changed.Heard());
        Pass(T);

        connection.Monitor.Loss.Should().BeNull();
    }

    [Fact]
    public void A_verdict_that_waits_for_the_witness_comes_as_soon_as_the_witness_has_nothing_more_to_say()
    {
        SideSession session = Session(isAcceptingEnd: true);
        Set.Change(session, changed => changed.Silent(Now));
        Instant heard = Now + (T * 1.7);
        Told = () => ToldSockets.Fresh with { UnansweredProbes = 3, SinceAckReceived = Now < heard ? TimeSpan.Zero : Now - heard };
        Kernel = Told();
        SideWatch[] connections = [.. Enumerable.Range(1, 40).Select(id => Watched(session, null, (ulong)id))];
        Set.Change(session, changed => changed.Silent(Now));

        Pass((T * 2.7) - TimeSpan.FromMilliseconds(50));
        connections.Should().OnlyContain(connection => connection.Monitor.Loss == null);
        Pass(TimeSpan.FromMilliseconds(250));

        connections.Should().OnlyContain(connection => connection.Monitor.Loss is SideConnectionSilent, "forty of them are looked at in turns, four times in T, and each has a due time of its own");
    }

    [Fact]
    public void A_write_on_a_connection_whose_probes_are_swallowed_has_its_whole_bound()
    {
        Instant begun = Now;
        int probes = 0;
        Func<TcpInfoSnapshot?> swallowed = () => ToldSockets.Fresh with { UnansweredProbes = probes++ & 1, SinceAckReceived = Now - begun };
        SideSession other = Session();
        SideWatch idle = Set.Add(Sockets.Add(SideTuples.Of("192.0.2.1", 50_000, "192.0.2.7", 443), () => swallowed()), null, other, 9);
        Answer(other, 9, SideAnswer.Watched);
        Pass(T * 10);
        idle.Monitor.Loss.Should().BeNull();

        swallowed = () => ToldSockets.Fresh with { UnacknowledgedSegments = 1, BytesSent = 100, SinceAckReceived = Now - begun };
        Pass(T * 0.98);
        idle.Monitor.Loss.Should().BeNull("slow is not dead: the silence counts from when somebody was asked");
        Pass(T * 0.28);

        idle.Monitor.Loss.Should().BeOfType<KeepAliveTimedOut>();
    }
}
