using System.Globalization;
using System.Text;

namespace Liveness;

/// <summary>The wording that all losses share: invariant culture, one line.</summary>
internal static class LossText
{
    public static string Duration(TimeSpan duration)
    {
        if (duration < TimeSpan.Zero || duration == TimeSpan.MaxValue)
        {
            return "none";
        }

        return duration < TimeSpan.FromSeconds(1)
            ? string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMilliseconds:0} ms")
            : string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:0.##} s");
    }

    public static string Count(int count, string noun)
    {
        return string.Create(CultureInfo.InvariantCulture, $"{count} {noun}{(count == 1 ? "" : "s")}");
    }

    public static string Meaning(LossDiagnosis diagnosis, LossCertainty certainty, LossEvidence evidence)
    {
        string hedge = diagnosis == LossDiagnosis.Unknown ? "" : certainty switch
        {
            LossCertainty.Proven => "",
            LossCertainty.Likely => "most likely ",
            _ => "perhaps ",
        };
        return $"{hedge}{WordsOf(diagnosis)} "
            + $"({WordOf(certainty)}{Numbers(evidence)}{(diagnosis == LossDiagnosis.PathLossy ? PathNumbers(evidence) : "")})";
    }

    /// <summary>The kernel's numbers that a diagnosis rests on; empty where there are none.</summary>
    public static string Numbers(LossEvidence evidence)
    {
        if (evidence.Kernel is not { } kernel)
        {
            return "";
        }

        StringBuilder text = new();
        Append(kernel.UnacknowledgedSegments, "segment", "unacknowledged");
        Append(kernel.Retransmits, "timeout", "in a row");
        Append(kernel.UnansweredProbes, "kernel probe", "unanswered");
        Append(evidence.AcknowledgedInSilenceBytes, "byte", "acknowledged since");
        Append(evidence.SegmentsInSilence, "segment", "arrived since");
        return text.ToString();

        void Append(long? number, string noun, string what)
        {
            if (number is { } n && (n > 0 || text.Length > 0))
            {
                text.Append(CultureInfo.InvariantCulture, $"{(text.Length == 0 ? ": " : ", ")}{n} {noun}{(n == 1 ? "" : "s")} {what}");
            }
        }
    }

    /// <summary>What the path did before the silence.</summary>
    private static string PathNumbers(LossEvidence evidence) => evidence is { PathSpan: { } span }
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"; in {Duration(span)} before, {evidence.PathRetransmittedSegments} of {evidence.PathSentSegments} segments were sent again, "
            + $"and {evidence.PathOutOfOrderSegments} of {evidence.PathReceivedSegments} came out of order")
        : "";

    /// <summary>Texts of exceptions may bring line breaks along: no control character survives.</summary>
    public static string OneLine(string text)
    {
        return text.Any(BreaksLine)
            ? string.Create(text.Length, text, static (line, source) =>
            {
                for (int i = 0; i < line.Length; i++)
                {
                    line[i] = BreaksLine(source[i]) ? ' ' : source[i];
                }
            })
            : text;
    }

    /// <summary>Bytes as a quoted text: printable ASCII as it is, everything else as \xNN.</summary>
    public static string Quote(ReadOnlySpan<byte> bytes)
    {
        StringBuilder text = new("\"");
        foreach (byte b in bytes)
        {
            _ = b is >= 0x20 and < 0x7F and not (byte)'"' and not (byte)'\\'
                ? text.Append((char)b)
                : text.Append(CultureInfo.InvariantCulture, $"\\x{b:X2}");
        }

        return text.Append('"').ToString();
    }

    private static bool BreaksLine(char c) => char.IsControl(c) || c is '\u2028' or '\u2029';

    private static string WordOf(LossCertainty certainty) => certainty switch
    {
        LossCertainty.Ambiguous => "ambiguous",
        LossCertainty.Likely => "likely",
        LossCertainty.Proven => "proven",
        _ => throw new ArgumentOutOfRangeException(nameof(certainty), certainty, null),
    };

    private static string WordsOf(LossDiagnosis diagnosis) => diagnosis switch
    {
        LossDiagnosis.Unknown => "nothing more is known",
        LossDiagnosis.PeerUnresponsive => "the peer's process hangs or is stopped, or died behind a proxy: the next hop acknowledges our "
            + "bytes, and nobody answers",
        LossDiagnosis.PeerHostOrPathDead => "the peer's host or the path is dead",
        LossDiagnosis.PathDeadOutbound => "the path to the peer is dead",
        LossDiagnosis.PathDeadInbound => "the path from the peer is dead",
        LossDiagnosis.PeerNotReading => "the peer does not read",
        LossDiagnosis.PeerClosed => "the peer's application closed the connection, or its process ended",
        LossDiagnosis.PeerRestarted => "the peer's process restarted",
        LossDiagnosis.PeerForgot => "the peer's host no longer knows this connection",
        LossDiagnosis.PeerGaveUp => "the peer gave the connection up",
        LossDiagnosis.LocalNetworkDown => "our own network is down",
        LossDiagnosis.WePaused => "our own process could not run, or its thread pool was behind, for too long",
        LossDiagnosis.OurReaderStuck => "our own reader is stuck",
        LossDiagnosis.NotOurProtocol => "the peer does not speak this protocol",
        LossDiagnosis.ProtocolBroken => "what arrived breaks the protocol, by the peer or by somebody else who writes into the stream",
        LossDiagnosis.NoCommonVersion => "the two ends speak no version in common",
        LossDiagnosis.PathLossy => "the path loses segments",
        LossDiagnosis.PeerTooSlow => "the peer lives, and will not beat as often as RequireBound asks",
        LossDiagnosis.ResetOnTheWay => "something on the way reset the connection: the peer's host still has it",
        LossDiagnosis.WeClosed => "code of our own process closed it beneath the connection",
        _ => throw new ArgumentOutOfRangeException(nameof(diagnosis), diagnosis, null),
    };
}
