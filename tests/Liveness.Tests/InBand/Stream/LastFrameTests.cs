namespace Liveness.Tests.InBand;

/// <summary>The goodbye is the last frame: a close waits until it has left, and nothing follows it.</summary>
public sealed class LastFrameTests
{
    [Fact]
    public void A_close_is_over_only_when_the_answer_to_the_goodbye_of_the_peer_has_left()
    {
        using StreamFixture fixture = new();
        (HeartbeatStream client, ScriptedTransport transport, RawPeer peer) = Start(fixture);
        transport.Block();
        peer.SendGoodbye(GoodbyeCode.Done);
        fixture.Run();

        Task<CloseResult> closing = client.CloseAsync();
        fixture.Run();
        closing.IsCompleted.Should().BeFalse("the transport has not taken the answer yet");

        transport.Unblock();
        fixture.Result(closing).Outcome.Should().Be(CloseOutcome.Confirmed);
        peer.Receive();
        peer.Goodbye.Should().NotBeNull();
    }

    [Fact]
    public void Behind_the_goodbye_the_transport_is_told_that_no_more_is_sent()
    {
        using StreamFixture fixture = new();
        (HeartbeatStream client, _, RawPeer peer) = Start(fixture);

        Task closing = client.CloseAsync();
        fixture.Run();
        peer.Receive();

        closing.IsCompleted.Should().BeFalse("the peer has not answered");
        peer.Goodbye.Should().NotBeNull();
        peer.Failure.Should().BeNull("the end comes right behind it");
    }

    private static (HeartbeatStream Client, ScriptedTransport Transport, RawPeer Peer) Start(StreamFixture fixture)
    {
        ScriptedTransport transport = new(fixture.Link.Client);
        HeartbeatStream client = new(transport, fixture.With(), 1);
        RawPeer peer = new(fixture);
        Task start = client.StartAsync();
        peer.SendHello();
        fixture.Result(start);
        return (client, transport, peer);
    }
}
