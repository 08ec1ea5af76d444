using System.Buffers;
using System.Net.NetworkInformation;
using Liveness.KeepAlive;

namespace Liveness.SideChannel;

/// <summary>What both ends do alike with a side connection.</summary>
internal static class SideAnswering
{
    /// <summary>About connections that this end watches over that side connection itself.</summary>
    public static void AnswerAsk(WatchSet set, SideSession session, ISideLink link, ReadOnlySpan<byte> payload)
    {
        ArrayBufferWriter<byte> answers = new();
        for (int i = 0; i < SideMessageDecoder.AskCount(payload); i++)
        {
            ulong id = SideMessageDecoder.AskId(payload, i);
            SideWatch? connection = set.Find(session, id);
            Append(
                answers,
                connection is null
                    ? new AnswerMessage(id, SideAnswer.NotMyAddress, AnswerMessage.Unknown, AnswerMessage.Unknown)
                    : Watched(set, connection));
        }

        link.Send(answers.WrittenSpan);
    }

    public static AnswerMessage Watched(WatchSet set, SideWatch connection)
    {
        if (!set.TryRead(connection, out TcpInfoSnapshot kernel) || kernel.State is TcpState.Closed)
        {
            return new AnswerMessage(connection.Entry.Id, SideAnswer.Watched, AnswerMessage.Unknown, AnswerMessage.Unknown);
        }

        return new AnswerMessage(
            connection.Entry.Id,
            SideAnswer.Watched,
            Count(kernel.BytesReceived),
            Count(kernel.BytesSent - (kernel.BytesRetransmitted ?? 0)));
    }

    public static void Append(IBufferWriter<byte> writer, in AnswerMessage answer) =>
        writer.Advance(SideMessageWriter.WriteAnswer(writer.GetSpan(SideLimits.MaxMessage), answer));

    public static void NoteHeartbeat(WatchSet set, SideSession session, ISideLink link)
    {
        ConnectionSnapshot heartbeat = link.GetSnapshot();
        Instant since = set.Scheduling.Now - (heartbeat.Silence ?? TimeSpan.Zero);
        set.Change(session, changed =>
        {
            if (changed.Link != link)
            {
                return;
            }

            if (heartbeat.State == LivenessState.Alive)
            {
                changed.Heard();
            }
            else if (heartbeat.State == LivenessState.Suspect)
            {
                changed.Silent(since);
            }
        });
    }

    public static void NoteEnd(WatchSet set, SideSession session, ISideLink link)
    {
        ConnectionLoss? loss = link.Loss;
        Instant since = set.Scheduling.Now - (loss?.Silence ?? TimeSpan.Zero);
        set.Change(session, changed =>
        {
            if (changed.Link == link)
            {
                changed.Ended(since, loss);
                changed.LocalNetworkIsDown = loss?.Diagnosis == LossDiagnosis.LocalNetworkDown;
            }
        });
    }

    private static ulong Count(long? bytes) => bytes is >= 0 and { } known ? (ulong)known : AnswerMessage.Unknown;
}
