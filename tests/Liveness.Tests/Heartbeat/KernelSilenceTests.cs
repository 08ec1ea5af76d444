using System.Net.NetworkInformation;
using Liveness.KeepAlive;

namespace Liveness.Tests.Heartbeat;

public sealed class KernelSilenceTests
{
    private static readonly TcpInfoSnapshot s_first = new() { State = TcpState.Established, SegmentsReceived = 100, BytesAcknowledged = 1_000, BytesRetransmitted = 5 };

    [Fact]
    public void What_counts_is_what_happened_between_the_first_look_and_the_newest()
    {
        KernelSilence silence = new();
        silence.Look(Reading(s_first));
        silence.Look(Reading(s_first with { SegmentsReceived = 103 }));
        silence.Look(Reading(s_first with { SegmentsReceived = 107, BytesAcknowledged = 1_048, BytesRetransmitted = 49 }));

        silence.Segments.Should().Be(7);
        silence.AcknowledgedBytes.Should().Be(48);
        silence.RetransmittedBytes.Should().Be(44);
    }

    [Fact]
    public void The_end_of_a_connection_does_not_overwrite_what_was_known_before_it()
    {
        KernelSilence silence = new();
        silence.Look(Reading(s_first));
        silence.Look(Reading(s_first with { State = TcpState.Closed, UnacknowledgedSegments = 0, SegmentsReceived = 101 }));

        silence.Newest.Should().Be(s_first);
        silence.Segments.Should().Be(0);
    }

    [Fact]
    public void Without_a_kernel_to_ask_nothing_is_known()
    {
        KernelSilence silence = new();
        silence.Look(new WitnessReading(0, HidesCompletedReads: false, ReadNotParsed: false));

        silence.Newest.Should().BeNull();
        silence.Segments.Should().BeNull();
        silence.AcknowledgedBytes.Should().BeNull();
        silence.LocalNetworkIsDown.Should().BeNull();
    }

    [Fact]
    public void Where_acknowledged_bytes_are_not_counted_they_follow_from_what_was_sent_and_is_not_under_way()
    {
        TcpInfoSnapshot windows = new() { State = TcpState.Established, BytesSent = 500, BytesRetransmitted = 100, BytesInFlight = 40 };
        KernelSilence silence = new();
        silence.Look(Reading(windows));
        silence.Look(Reading(windows with { BytesSent = 600, BytesRetransmitted = 150, BytesInFlight = 60 }));

        silence.AcknowledgedBytes.Should().Be(30);
    }

    [Fact]
    public void A_look_at_the_local_network_stays_known()
    {
        KernelSilence silence = new();
        silence.Look(Reading(s_first) with { LocalNetworkIsDown = true });
        silence.Look(Reading(s_first));

        silence.LocalNetworkIsDown.Should().BeTrue();
    }

    private static WitnessReading Reading(TcpInfoSnapshot kernel) => new(0, HidesCompletedReads: false, ReadNotParsed: false, kernel);
}
