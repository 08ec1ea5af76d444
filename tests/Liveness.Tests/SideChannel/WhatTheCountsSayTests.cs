using System.Net.NetworkInformation;
using Liveness.SideChannel;

namespace Liveness.Tests;

/// <summary>Bytes that were counted at the two ends of a connection, and bytes that wait: what they prove, and what they do not.</summary>
public sealed class WhatTheCountsSayTests : WatchSetFrame
{
    [Theory]
    [InlineData(false, LossCertainty.Likely)]
    [InlineData(true, LossCertainty.Ambiguous)]
    public void Bytes_that_the_peer_has_not_got_tell_the_direction_unless_they_may_have_got_as_far_as_a_proxy(bool named, LossCertainty certainty)
    {
        SideSession session = Session();
        SideWatch connection = Watched(session, named ? SideKey.Hash(new byte[16]) : null);
        GoUnanswered(ToldSockets.Fresh with { BytesSent = 100, BytesAcknowledged = 40 });
        while (Link.Sent.Length == 0)
        {
            Pass(TimeSpan.FromMilliseconds(100));
        }

        Link.Sent.Should().Equal("Ask 1");
        Answer(session, 1, SideAnswer.Watched, received: 40, sent: 0);
        Pass(T);

        connection.Monitor.Loss.Should().BeOfType<KeepAliveTimedOut>();
        (connection.Monitor.Loss!.Diagnosis, connection.Monitor.Loss.Certainty).Should().Be((LossDiagnosis.PathDeadOutbound, certainty));
    }

    [Fact]
    public void While_bytes_wait_unread_the_FIN_of_a_socket_that_the_peer_has_closed_is_behind_them()
    {
        SideSession session = Session();
        SideWatch connection = Watched(session, null);
        Sockets.AreUnread = true;
        Unwatched(session, 1, UnwatchReason.SocketClosed);
        Pass(T * 3);
        connection.Monitor.Loss.Should().BeNull("the application has still to read");

        Sockets.AreUnread = false;
        Pass(T * 1.3);

        connection.Monitor.Loss.Should().BeOfType<PeerDenied>();
    }

    [Theory]
    [InlineData(false, LossDiagnosis.PeerClosed)]
    [InlineData(true, LossDiagnosis.ResetOnTheWay)]
    public void A_peer_that_is_asked_about_a_reset_still_has_the_connection_where_its_kernel_counts_it(bool counts, LossDiagnosis diagnosis)
    {
        SideSession session = Session();
        SideWatch connection = Watched(session, null);
        Kernel = ToldSockets.Fresh with { State = TcpState.Closed };
        while (Link.Sent.Length == 0)
        {
            Pass(TimeSpan.FromMilliseconds(100));
        }

        Link.Sent.Should().Equal("Ask 1");
        connection.Monitor.Loss.Should().BeNull("it waits for a word");
        Pass(TimeSpan.FromMilliseconds(50));
        Answer(session, 1, SideAnswer.Watched, received: counts ? 40 : AnswerMessage.Unknown, sent: counts ? 0 : AnswerMessage.Unknown);

        connection.Monitor.Loss.Should().BeOfType<ConnectionReset>().Which.Diagnosis.Should().Be(diagnosis);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_went_unanswered_while_the_side_connection_was_silent_too_proves_nothing_of_this_path_alone(bool isAnsweredLater)
    {
        SideSession session = Session();
        SideWatch connection = Watched(session, null);
        Instant cut = Now;
        Instant answered = isAnsweredLater ? cut + TimeSpan.FromSeconds(6.2) : Instant.Never;

        // An outage of 3.5 s with data under way: Linux repeats it 3.0 s after the cut, and then 6.2 s after.
        Told = () => Now >= answered
            ? ToldSockets.Fresh with { SinceAckReceived = Now - answered }
            : ToldSockets.Fresh with { SinceAckReceived = Now - cut, UnacknowledgedSegments = 1, Backoff = 4, BytesSent = 100 };
        Pass(TimeSpan.FromSeconds(0.5));
        Set.Change(session, changed => changed.Silent(cut));
        Pass(TimeSpan.FromSeconds(3));
        Set.Change(session, changed => changed.Heard());

        Pass(TimeSpan.FromSeconds(4.5));
        connection.Monitor.Loss.Should().BeNull("nobody has been asked since the outage is over, and now somebody has been");
        Pass(TimeSpan.FromSeconds(1));

        (connection.Monitor.Loss is null).Should().Be(isAnsweredLater);
    }

    [Fact]
    public void A_second_outage_of_everything_takes_nothing_away_from_the_time_that_the_first_one_gave()
    {
        SideSession session = Session();
        SideWatch connection = Watched(session, null);
        Instant cut = Now;
        Link.OutboundAge = TimeSpan.FromSeconds(1);

        // 3.5 s without anything, half a second with everything, and once more: what is repeated after 3.0 and 6.2 s meets an outage both times.
        Told = () => ToldSockets.Fresh with { SinceAckReceived = Now - cut, UnacknowledgedSegments = 1, Backoff = 4, BytesSent = 100 };
        Pass(TimeSpan.FromSeconds(0.5));
        Set.Change(session, changed => changed.Silent(cut));
        Pass(TimeSpan.FromSeconds(3));
        Set.Change(session, changed => changed.Heard());
        Pass(TimeSpan.FromSeconds(1));
        Set.Change(session, changed => changed.Silent(cut + TimeSpan.FromSeconds(4)));
        Pass(TimeSpan.FromSeconds(3));

        connection.Monitor.Loss.Should().BeNull("nobody was asked while the side connection was there");
        Pass(T);
        connection.Monitor.Loss.Should().NotBeNull("it has been away for its whole time");
    }
}
