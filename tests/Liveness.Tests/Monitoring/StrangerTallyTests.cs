using System.Net;

namespace Liveness.Tests.Monitoring;

public sealed class StrangerTallyTests
{
    [Fact]
    public void Strangers_are_counted_by_address_without_the_port_and_by_a_reason_that_holds_no_word_of_theirs()
    {
        ConnectionLoss loss = LossFactory.Create(Observations.Of(LossKind.HandshakeFailed), DateTimeOffset.UnixEpoch);
        string told = "";
        StrangerTally tally = new((count, reasons, addresses) => told = $"{count.All}: {reasons}; {addresses}");
        tally.Add(Stranger.Of(loss, new ConnectionLabel("[2001:db8::7]:4711", null, null, null)));
        tally.Add(Stranger.Of(loss, new ConnectionLabel("192.0.2.1:80", null, null, null)));
        tally.Add(Stranger.Of(new InvalidOperationException("what a peer\nhas said"), IPEndPoint.Parse("[::ffff:192.0.2.1]:81")));

        tally.Tell(new BurstCount(3, 0, TimeSpan.Zero));

        told.Should().Be($"3: handshake_failed ({loss.Diagnosis}) 2, InvalidOperationException 1; 192.0.2.1 2, 2001:db8::7 1");
    }

    [Fact]
    public void Whatever_hostile_peers_do_the_memory_stays()
    {
        StrangerTally tally = new(static (_, _, _) => { });
        for (int i = 0; i < 100_000; i++)
        {
            tally.Add(new Stranger($"reason {i}", $"address {i}"));
        }

        tally.Kept.Should().BeLessThanOrEqualTo(2 * StrangerTally.Places);
        Stranger.Of(new string('x', 10_000) + "\r\n", null).Reason.Length.Should().Be(64);
    }
}
