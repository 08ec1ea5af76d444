using System.Globalization;
using Liveness.KeepAlive;

namespace Liveness.AspNetCore;

/// <summary>The measurements behind a loss, one in a line, in words. What was not measured is left out.</summary>
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

        text.Add("exception", loss.Exception is { } exception ? ForeignText.Of(exception) : null);
        return text._facts;
    }

    private void AddEvidence(LossEvidence evidence)
    {
        Add("incident", evidence.IncidentId);
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
        Add("segments arrived in the silence", evidence.SegmentsInSilence);
        Add("acknowledged in the silence", evidence.AcknowledgedInSilenceBytes, " bytes");
        Add("repeated in the silence", evidence.RetransmittedInSilenceBytes, " bytes");
        Add("timeouts in the silence", evidence.TimeoutsInSilence);
        Add("before it, looked at the path for", evidence.PathSpan);
        Add("sent then", evidence.PathSentSegments, " segments");
        Add("of these again", evidence.PathRetransmittedSegments);
        Add("timeouts then", evidence.PathTimeouts);
        Add("received then", evidence.PathReceivedSegments, " segments");
        Add("of these out of order", evidence.PathOutOfOrderSegments);
        Add("other paths taken then", evidence.PathChanges);
        Add("our network interface", evidence.LocalNetworkIsDown is { } isDown ? isDown ? "down" : "up" : null);
        Add("a beat could not be handed over", evidence.WriteStuck is { } stuck ? stuck ? "yes" : "no" : null);
        Add("a write failed", evidence.WriteFailure);
        Add("socket error", evidence.SocketError is { } error
            ? $"{error}{(evidence.NativeErrorCode is { } code ? string.Create(CultureInfo.InvariantCulture, $" ({code})") : "")}"
            : null);
        Add("the protocol allows", evidence.ProtocolExpected);
        Add("the peer sent", evidence.ProtocolSeen);
        Add("first bytes", evidence.FirstBytes is { IsEmpty: false } bytes ? Convert.ToHexString(bytes.Span) : null);
    }

    private void AddKernel(TcpInfoSnapshot kernel)
    {
        Add("kernel: state", kernel.State.ToString());
        Add("kernel: round trip", kernel.RoundTrip);
        Add("kernel: last acknowledgement", kernel.SinceAckReceived, " before");
        Add("kernel: last data received", kernel.SinceDataReceived, " before");
        Add("kernel: segments unacknowledged", kernel.UnacknowledgedSegments);
        Add("kernel: timeouts in a row", kernel.Retransmits);
        Add("kernel: probes unanswered", kernel.UnansweredProbes);
        Add("kernel: not sent yet", kernel.UnsentBytes, " bytes");
        Add("kernel: peer's window", kernel.PeerWindowBytes, " bytes");
    }

    private void Add(string label, TimeSpan? duration, string suffix = "") =>
        Add(label, duration is { } span ? StatusText.Duration(span.TotalSeconds) + suffix : null);

    private void Add(string label, long? number, string suffix = "") =>
        Add(label, number is { } n ? n.ToString("N0", CultureInfo.InvariantCulture) + suffix : null);

    private void Add(string label, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            _facts.Add(new StatusFact(label, StatusText.Clip(value, MostCharacters)));
        }
    }
}
