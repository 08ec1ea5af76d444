using Liveness.KeepAlive;

namespace Liveness.SideChannel;

/// <summary>Which way a data path is dead, by what both kernels counted on it. Pure.</summary>
internal static class SideCounts
{
    /// <summary>While our witness has failed, so that nothing is on its way any more.</summary>
    /// <param name="own">Our kernel's counts.</param>
    /// <param name="sent">What our kernel had sent, and not only repeated, when the peer was asked for them; null = it has not been
    /// asked.</param>
    /// <param name="answer">The peer's counts.</param>
    /// <returns>
    /// <see cref="LossDiagnosis.PathDeadOutbound"/>, <see cref="LossDiagnosis.PathDeadInbound"/>, or <see cref="LossDiagnosis.Unknown"/>:
    /// nothing is missing, or not known to be.
    /// </returns>
    public static LossDiagnosis DeadDirection(in TcpInfoSnapshot own, long? sent, in AnswerMessage answer)
    {
        // Our kernel has repeated it time and again: were only the way in dead, it would have arrived.
        if (answer.BytesReceived != AnswerMessage.Unknown && sent > Counted(answer.BytesReceived))
        {
            return LossDiagnosis.PathDeadOutbound;
        }

        bool acknowledgementsAreMissing = answer.BytesReceived != AnswerMessage.Unknown
            && own.BytesAcknowledged < Counted(answer.BytesReceived);
        bool bytesAreMissing = answer.BytesSent != AnswerMessage.Unknown && own.BytesReceived < Counted(answer.BytesSent);
        return acknowledgementsAreMissing || bytesAreMissing ? LossDiagnosis.PathDeadInbound : LossDiagnosis.Unknown;
    }

    private static long Counted(ulong count) => (long)Math.Min(count, long.MaxValue);
}
