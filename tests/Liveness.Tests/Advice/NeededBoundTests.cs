using Liveness.Tests.InBand;

namespace Liveness.Tests.Advice;

/// <summary>The bound that a connection is said to have needed is one that it would have lived under, and not a wasteful one.</summary>
public sealed class NeededBoundTests
{
    private static readonly TimeSpan s_learned = TimeSpan.FromMinutes(70);

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 12)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_connection_lives_under_the_bound_that_it_has_needed_and_not_under_a_third_of_it(int seed)
    {
        (StreamFixture learned, TimeSpan needed, TimeSpan longest) = Live(seed, TimeSpan.FromSeconds(8));
        using (learned)
        {
            learned.Client.Monitor.State.Should().Be(LivenessState.Alive);
            needed.Should().BeGreaterThan(longest);
        }

        (StreamFixture again, TimeSpan _, TimeSpan _) = Live(seed, Durations.Longer(needed, HeartbeatDefaults.MinDetectWithin));
        using (again)
        {
            again.Client.Monitor.State.Should().Be(LivenessState.Alive);
            again.Server.Monitor.State.Should().Be(LivenessState.Alive);
        }

        (StreamFixture hasty, TimeSpan _, TimeSpan _) = Live(seed, needed / 3);
        using (hasty)
        {
            new[] { hasty.Client.Monitor.State, hasty.Server.Monitor.State }.Should().Contain(LivenessState.Lost);
        }
    }

    [Fact]
    public void An_idle_connection_on_a_good_network_has_needed_less_than_two_intervals_and_half()
    {
        using StreamFixture fixture = StreamFixture.Opened();
        fixture.Advance(s_learned);

        BoundAdvice advice = fixture.Client.Monitor.GetSnapshot().Advice!;

        advice.LeastBound.Should().BeLessThanOrEqualTo(StreamFixture.T / 4 * 1.65);
        advice.DetectWithin.Should().Be(TimeSpan.FromSeconds(1), "half of the two seconds in force: it goes down in steps");
        advice.WatchedFor.Should().BeCloseTo(s_learned, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void There_is_no_advice_where_silence_is_not_judged()
    {
        using StreamFixture fixture = StreamFixture.Opened(new HeartbeatOptions { DetectWithin = Timeout.InfiniteTimeSpan });
        fixture.Advance(s_learned);

        fixture.Client.Monitor.GetSnapshot().Advice.Should().BeNull();
        fixture.Server.Monitor.GetSnapshot().Advice.Should().NotBeNull();
    }

    [Fact]
    public void A_slow_path_asks_for_two_round_trips()
    {
        using StreamFixture fixture = new();
        fixture.Link.ToServer.Delay = fixture.Link.ToClient.Delay = TimeSpan.FromSeconds(0.6);
        Task client = fixture.Client.StartAsync();
        Task server = fixture.Server.StartAsync();
        fixture.Advance(s_learned);

        client.IsCompletedSuccessfully.Should().BeTrue();
        server.IsCompletedSuccessfully.Should().BeTrue();
        fixture.Client.Monitor.GetSnapshot().Advice!.LeastBound.Should().BeCloseTo(TimeSpan.FromSeconds(2.4), TimeSpan.FromMilliseconds(50));
    }

    /// <summary>What a dead way out makes the peer say is no need of a living connection.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_connection_that_was_lost_one_way_leaves_the_advice_as_it_was(bool isOurWay)
    {
        using StreamFixture fixture = StreamFixture.Opened();
        fixture.Advance(s_learned);
        TimeSpan before = fixture.Client.Monitor.GetSnapshot().Advice!.LeastBound;

        (isOurWay ? fixture.Link.ToServer : fixture.Link.ToClient).IsCut = true;
        fixture.AdvanceUntil(fixture.Client.Monitor.Completion, TimeSpan.FromMinutes(1));
        fixture.Advance(TimeSpan.FromSeconds(2));

        BoundAdvice after = fixture.Client.Monitor.GetSnapshot().Advice!;
        fixture.Client.Monitor.Loss.Should().NotBeNull();
        after.LeastBound.Should().BeLessThan(StreamFixture.T / 2).And.BeGreaterThanOrEqualTo(before);
        after.LossesBySilence.Should().Be(1);
    }

    [Fact]
    public void A_way_out_that_was_slow_and_came_back_is_a_need()
    {
        using StreamFixture fixture = StreamFixture.Opened(new HeartbeatOptions { DetectWithin = TimeSpan.FromSeconds(8) }, new HeartbeatOptions { DetectWithin = TimeSpan.FromSeconds(30) });
        fixture.Advance(s_learned);
        TimeSpan before = fixture.Client.Monitor.GetSnapshot().Advice!.LeastBound;

        fixture.Link.ToServer.IsStalled = true;
        fixture.Advance(TimeSpan.FromSeconds(6));
        fixture.Link.Resume();
        fixture.Advance(TimeSpan.FromSeconds(30));

        fixture.Client.Monitor.State.Should().Be(LivenessState.Alive);
        fixture.Client.Monitor.GetSnapshot().Advice!.LeastBound.Should().BeGreaterThan(before).And.BeGreaterThan(TimeSpan.FromSeconds(3));
    }

    /// <summary>The network stalls now and then, by another length and at another time each.</summary>
    private static (StreamFixture Fixture, TimeSpan Needed, TimeSpan LongestStall) Live(int seed, TimeSpan bound)
    {
        Random random = new(seed);
        StreamFixture fixture = StreamFixture.Opened(new HeartbeatOptions { DetectWithin = bound }, new HeartbeatOptions { DetectWithin = bound });
        TimeSpan longest = TimeSpan.Zero;
        DateTimeOffset end = fixture.Clock.GetUtcNow() + s_learned;
        while (fixture.Clock.GetUtcNow() < end && fixture.Client.Monitor.State != LivenessState.Lost)
        {
            TimeSpan stall = TimeSpan.FromSeconds(3.5 * Math.Pow(random.NextDouble(), 3));
            longest = Durations.Longer(longest, stall);
            fixture.Advance(TimeSpan.FromSeconds(60 * random.NextDouble()));
            bool isOneWay = random.Next(3) == 0;
            fixture.Link.ToServer.IsStalled = true;
            fixture.Link.ToClient.IsStalled = !isOneWay;
            fixture.Advance(stall);
            fixture.Link.Resume();
            fixture.Run();
        }

        TimeSpan needed = new[] { fixture.Client, fixture.Server }
            .Max(static end => end.Monitor.GetSnapshot().Advice?.LeastBound ?? TimeSpan.Zero);
        return (fixture, needed, longest);
    }
}
