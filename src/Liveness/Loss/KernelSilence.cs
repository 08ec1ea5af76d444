using System.Net.NetworkInformation;
using Liveness.KeepAlive;

namespace Liveness;

/// <summary>What the kernel says in the course of one silence: from the first look, when a beat was overdue, to the newest.</summary>
internal sealed class KernelSilence
{
    private TcpInfoSnapshot? _first;

    /// <summary>The newest look at a connection that was not over yet: the end of one takes the numbers with it.</summary>
    public TcpInfoSnapshot? Newest { get; private set; }

    /// <summary>Segments of any kind that arrived between the looks.</summary>
    public long? Segments => Newest?.SegmentsReceived - _first?.SegmentsReceived;

    /// <summary>What was acknowledged between the looks.</summary>
    public long? AcknowledgedBytes => Acknowledged(Newest) - Acknowledged(_first);

    /// <summary>What was repeated between the looks.</summary>
    public long? RetransmittedBytes => Newest?.BytesRetransmitted - _first?.BytesRetransmitted;

    /// <summary>
    /// Retransmission timeouts between the looks. Repetitions alone mean little: a kernel also repeats what is only acknowledged late.
    /// </summary>
    public long? Timeouts => Newest?.TimeoutEpisodes - _first?.TimeoutEpisodes;

    public bool? LocalNetworkIsDown { get; private set; }

    public void Look(in WitnessReading reading)
    {
        LocalNetworkIsDown = reading.LocalNetworkIsDown ?? LocalNetworkIsDown;
        if (reading.Kernel is { State: not TcpState.Closed } kernel)
        {
            _first ??= kernel;
            Newest = kernel;
        }
    }

    /// <summary>
    /// Counted on Linux; on Windows what was sent for the first time and is not in flight. macOS does not tell what of its queue was sent.
    /// </summary>
    private static long? Acknowledged(TcpInfoSnapshot? kernel) =>
        kernel?.BytesAcknowledged ?? kernel?.BytesSent - kernel?.BytesRetransmitted - kernel?.BytesInFlight;
}
