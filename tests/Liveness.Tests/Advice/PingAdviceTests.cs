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

    /// <summary>It is looked at now and then only: what comes in between is no silence.</summary>
    [Fact]
    public async Task A_peer_that_speaks_all_the_time_has_needed_next_to_nothing()
    {
        await using PingFixture fixture = new();
        fixture.Answer();
        fixture.Advance(70 * 60, each: () => fixture.Heartbeat.ReportReceived(1));

        fixture.Monitor.GetSnapshot().Advice!.LeastBound.Should().BeLessThan(TimeSpan.FromSeconds(0.1));
    }

    [Fact]
    public async Task Nothing_is_advised_where_nothing_is_judged_even_if_somebody_asks()
    {
        await using PingFixture fixture = new(seconds: -1);
        fixture.Answer();
        Task<TimeSpan> asked = fixture.Monitor.ProbeAsync().AsTask();
        fixture.Advance(70 * 60);

        asked.IsCompletedSuccessfully.Should().BeTrue();
        fixture.Monitor.GetSnapshot().Advice.Should().BeNull();
        fixture.Monitor.Metrics!.Advice.Should().BeNull();
    }
}
