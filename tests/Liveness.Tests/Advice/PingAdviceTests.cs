using Liveness.Tests.ProtocolPing;

namespace Liveness.Tests.Advice;

/// <summary>A heartbeat of the application's own protocol is advised as any other.</summary>
public sealed class PingAdviceTests
{
    [Fact]
    public async Task The_silence_of_a_peer_that_answers_pings_is_what_is_advised()
    {
        await using PingFixture fixture = new();
        fixture.Answer();
        fixture.Advance(70 * 60);

        BoundAdvice advice = fixture.Monitor.GetSnapshot().Advice!;

        // Asked after 4 s at most, of a bound of three intervals.
        advice.LeastBound.TotalSeconds.Should().BeInRange(4 / 0.55, 4.2 / 0.54);
        advice.DetectWithin.Should().Be(TimeSpan.FromSeconds(10));
    }
}
