namespace Liveness.Tests.InBand;

/// <summary>What an idle connection does without, and what a transport decides for the others.</summary>
public sealed class IdleConnectionTests
{
    [Fact]
    public void Nobody_makes_a_queue_for_writes_where_nothing_is_ever_written()
    {
        using StreamFixture fixture = new();
        InBandConnection client = new(Transport.Over(fixture.Link.Client, leaveOpen: false, abort: null), fixture.With(), endpointId: 1);
        InBandConnection server = new(Transport.Over(fixture.Link.Server, leaveOpen: false, abort: null), fixture.With(), endpointId: 2);
        client.EnsureStarted();
        server.EnsureStarted();

        fixture.Advance(TimeSpan.FromMinutes(1));

        client.Monitor.State.Should().Be(LivenessState.Alive);
        client.KnownWrites.Should().BeNull();
        server.KnownWrites.Should().BeNull();
    }

    [Fact]
    public void Where_a_write_may_surface_as_a_whole_a_frame_is_short()
    {
        using StreamFixture fixture = new();
        using SocketPair pair = SocketPair.OverTcp();

        Transport.Over(fixture.Link.Client, leaveOpen: true, abort: null).MostPayload.Should().Be((16 * 1024) - 4);
        new SocketTransport(pair.Client, owner: null, leaveOpen: true).MostPayload.Should().Be(64 * 1024);
    }
}
