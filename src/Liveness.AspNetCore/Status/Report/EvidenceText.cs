using System.Globalization;
using System.Runtime.CompilerServices;
using Liveness.KeepAlive;

namespace Liveness.AspNetCore;

/// <summary>The measurements behind a loss, each in words and as a value. What was not measured is left out.</summary>
/// <remarks>The compiler hands over how a measurement is written here, so that its key is the name of the property.</remarks>
internal sealed class EvidenceText
{
    private const int MostCharacters = 300;

    private readonly List<StatusFact> _facts = [];

    public static IReadOnlyList<StatusFact> Of(ConnectionLoss loss)
    {
        EvidenceText text = new();
        text.AddEvidence(loss.Evidence);
        if (loss.Evidence.Kernel is { } kernel)
        {
            text.AddKernel(kernel);
        }

        text.AddText("exception", loss.Exception is { } exception ? ForeignText.Of(exception) : null, "exception");
        return text._facts;
    }

    private void AddEvidence(LossEvidence evidence)
    {
        Add("beats missed", evidence.MissedBeats);
        Add("probes unanswered", evidence.UnansweredProbes);
        Add("the peer allows at least", evidence.PeerBoundAtLeast, " of silence");
        Add("the peer allows at most", evidence.PeerBoundAtMost, " of silence");
        Add("last echoed beat sent", evidence.OutboundAge, " before");
        Add("peer had heard us", evidence.PeerHeardUsAgo, " before its newest beat");
        Add("we beat every", evidence.SendInterval);
        Add("newest round trip", evidence.RoundTrip);
        Add("peer's thread pool behind by", evidence.PeerLag);
        Add("our thread pool behind by", evidence.OwnLag);
        Add("our pauses in the silence", evidence.OwnPauses);
        Add("our longest pause", evidence.LongestOwnPause);
        Add("put off, our reader was behind", evidence.ExcusedWhileStarved);
        Add("put off, segments out of order", evidence.ExcusedForHoleRepair);
        Add("put off after a pause of ours", evidence.ExcusedAfterOwnPause);
        Add("payload sent", evidence.BytesSent, " bytes");
        Add("of these the peer received", evidence.PeerReceivedBytes, " bytes");
        Add("and its application took", evidence.PeerConsumedBytes, " bytes");
        Add("payload received", evidence.BytesReceived, " bytes");
        Add("unread in our socket", evidence.UnreadSocketBytes, " bytes");
        Add("data had waited unacknowledged for", evidence.UnacknowledgedFor);
        Add("segments arrived in the silence", evidence.SegmentsInSilence);
        Add("acknowledged in the silence", evidence.AcknowledgedInSilenceBytes, " bytes");
        Add("repeated in the silence", evidence.RetransmittedInSilenceBytes, " bytes");
        Add("timeouts in the silence", evidence.TimeoutsInSilence);
        Add("timeouts since the peer was heard", evidence.TimeoutsSinceHeard);
        Add("out of order since then", evidence.OutOfOrderSinceHeard);
        Add("other paths taken since then", evidence.PathChangesSinceHeard);
        Add("before it, looked at the path for", evidence.PathSpan);
        Add("sent then", evidence.PathSentSegments, " segments");
        Add("of these again", evidence.PathRetransmittedSegments);
        Add("timeouts then", evidence.PathTimeouts);
        Add("received then", evidence.PathReceivedSegments, " segments");
        Add("of these out of order", evidence.PathOutOfOrderSegments);
        Add("other paths taken then", evidence.PathChanges);
        AddFlag("our network interface", evidence.LocalNetworkIsDown, "down", "up");
        AddFlag("a beat could not be handed over", evidence.WriteStuck, "yes", "no");
        AddText("a write failed", evidence.WriteFailure);
        AddText("socket error", evidence.SocketError?.ToString());
        Add("the system's number for it", evidence.NativeErrorCode);
        AddText("the protocol allows", evidence.ProtocolExpected);
        AddText("the peer sent", evidence.ProtocolSeen);
        AddText("first bytes", evidence.FirstBytes is { IsEmpty: false } bytes ? Convert.ToHexString(bytes.Span) : null, "firstBytesHex");
    }

    private void AddKernel(TcpInfoSnapshot kernel)
    {
        AddText("kernel: state", kernel.State.ToString(), "kernelState");
        Add("kernel: round trip", kernel.RoundTrip);
        Add("kernel: last acknowledgement", kernel.SinceAckReceived, " before");
        Add("kernel: last data received", kernel.SinceDataReceived, " before");
        Add("kernel: segments unacknowledged", kernel.UnacknowledgedSegments);
        Add("kernel: timeouts in a row", kernel.Retransmits);
        Add("kernel: probes unanswered", kernel.UnansweredProbes);
        Add("kernel: not sent yet", kernel.UnsentBytes, " bytes");
        Add("kernel: peer's window", kernel.PeerWindowBytes, " bytes");
    }

    private void Add(
        string label, TimeSpan? duration, string suffix = "", [CallerArgumentExpression(nameof(duration))] string source = "")
    {
        if (duration is { } span)
        {
            _facts.Add(new StatusFact(Key(source) + "Seconds", label, StatusText.Duration(span.TotalSeconds) + suffix, span.TotalSeconds));
        }
    }

    private void Add(string label, long? number, string suffix = "", [CallerArgumentExpression(nameof(number))] string source = "")
    {
        if (number is { } n)
        {
            _facts.Add(new StatusFact(Key(source), label, n.ToString("N0", CultureInfo.InvariantCulture) + suffix, n));
        }
    }

    private void AddFlag(
        string label, bool? flag, string yes, string no, [CallerArgumentExpression(nameof(flag))] string source = "")
    {
        if (flag is { } isSet)
        {
            _facts.Add(new StatusFact(Key(source), label, isSet ? yes : no, isSet));
        }
    }

    private void AddText(string label, string? text, [CallerArgumentExpression(nameof(text))] string source = "")
    {
        if (!string.IsNullOrEmpty(text))
        {
            string clipped = StatusText.Clip(text, MostCharacters);
            _facts.Add(new StatusFact(Key(source), label, clipped, clipped));
        }
    }

    /// <summary>evidence.MissedBeats is missedBeats; kernel.RoundTrip is kernelRoundTrip; a name without a dot is itself.</summary>
    private static string Key(string source)
    {
        string[] parts = source.Split('.', '?');
        return parts switch
        {
            ["kernel", string property] => "kernel" + property,
            ["evidence", string property, ..] => char.ToLowerInvariant(property[0]) + property[1..],
            _ => source,
        };
    }
}
