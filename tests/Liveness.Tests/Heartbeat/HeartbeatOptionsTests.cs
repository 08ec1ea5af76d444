namespace Liveness.Tests.Heartbeat;

public class HeartbeatOptionsTests
{
    private static readonly TimeSpan s_tick = TimeSpan.FromTicks(1);

    public static TheoryData<string, TimeSpan, TimeSpan> Ranges => new()
    {
        { nameof(HeartbeatOptions.DetectWithin), TimeSpan.FromMilliseconds(100), TimeSpan.FromDays(1) - s_tick },
        { nameof(HeartbeatOptions.HandshakeTimeout), TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(10) },
        { nameof(HeartbeatOptions.PlainPeerAfter), TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(10) },
        { nameof(HeartbeatOptions.CloseTimeout), TimeSpan.Zero, TimeSpan.FromHours(1) },
        { nameof(HeartbeatOptions.CloseDeadline), TimeSpan.Zero, TimeSpan.FromHours(1) },
        { nameof(HeartbeatOptions.StalledAfter), TimeSpan.FromSeconds(10), TimeSpan.MaxValue },
        { nameof(HeartbeatOptions.MinTransmitInterval), TimeSpan.FromMilliseconds(10), TimeSpan.FromHours(1) },
        { nameof(HeartbeatOptions.MinReceiveInterval), TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(1) },
    };

    [Fact]
    public void The_defaults_are_those_of_the_documentation()
    {
        HeartbeatOptions options = new();

        options.DetectWithin.Should().BeNull();
        HeartbeatPlan.Create(options).DetectWithin.Should().Be(TimeSpan.FromSeconds(10));
        options.HandshakeTimeout.Should().Be(TimeSpan.FromSeconds(10));
        options.PlainPeers.Should().BeNull();
        options.PlainPeerAfter.Should().Be(TimeSpan.FromSeconds(1));
        options.CloseTimeout.Should().BeNull();
        options.CloseDeadline.Should().Be(TimeSpan.FromSeconds(60));
        options.StalledAfter.Should().BeNull();
        options.MinTransmitInterval.Should().Be(TimeSpan.FromMilliseconds(20));
        options.MinReceiveInterval.Should().BeNull();
        options.ReceiveWindow.Should().Be(65_536);
        options.MaxReceiveWindow.Should().BeNull();
        options.RequireBound.Should().BeFalse();
        options.TimeProvider.Should().BeSameAs(TimeProvider.System);
        options.AbortTransport.Should().BeNull();
        options.Logger.Should().BeNull();
    }

    [Theory]
    [InlineData(100, 0.1, 30)]
    [InlineData(3_000, 3, 30)]
    [InlineData(10_000, 5, 30)]
    [InlineData(60_000, 5, 60)]
    [InlineData(-1, 5, 30)]
    public void What_is_left_null_follows_from_DetectWithin(double detectWithin, double closeTimeout, double stalledAfter)
    {
        HeartbeatPlan plan = HeartbeatPlan.Create(new HeartbeatOptions { DetectWithin = TimeSpan.FromMilliseconds(detectWithin) });

        plan.CloseTimeout.Should().Be(TimeSpan.FromSeconds(closeTimeout));
        plan.StalledAfter.Should().Be(TimeSpan.FromSeconds(stalledAfter));
    }

    [Theory]
    [MemberData(nameof(Ranges))]
    public void The_ends_of_every_range_are_allowed_and_what_lies_just_outside_is_not(string property, TimeSpan least, TimeSpan most)
    {
        Failures(property, least).Should().BeEmpty();
        Failures(property, most).Should().BeEmpty();
        Failures(property, least - s_tick).Should().Equal(property);
        if (most != TimeSpan.MaxValue)
        {
            Failures(property, most + s_tick).Should().Equal(property);
        }
    }

    [Theory]
    [InlineData(32 * 1024, true)]
    [InlineData((32 * 1024) - 1, false)]
    [InlineData(64 * 1024 * 1024, true)]
    [InlineData((64 * 1024 * 1024) + 1, false)]
    [InlineData(int.MinValue, false)]
    public void The_receive_window_has_a_range_too(int bytes, bool allowed)
    {
        OptionsFailures failures = HeartbeatOptionsRules.Check(new HeartbeatOptions { ReceiveWindow = bytes });

        failures.Should().HaveCount(allowed ? 0 : 1);
    }

    [Theory]
    [InlineData(65_536, true)]
    [InlineData(65_535, false)]
    [InlineData(64 * 1024 * 1024, true)]
    [InlineData((64 * 1024 * 1024) + 1, false)]
    public void The_window_may_not_be_told_to_grow_to_less_than_it_begins_with(int most, bool allowed)
    {
        OptionsFailures failures = HeartbeatOptionsRules.Check(new HeartbeatOptions { MaxReceiveWindow = most });

        failures.Should().HaveCount(allowed ? 0 : 1);
    }

    [Theory]
    [InlineData(64 * 1024, null, 4 * 1024 * 1024)]
    [InlineData(8 * 1024 * 1024, null, 8 * 1024 * 1024)]
    [InlineData(64 * 1024, 64 * 1024, 64 * 1024)]
    public void A_larger_first_window_raises_the_largest_one_with_it(int first, int? most, int expected)
    {
        HeartbeatPlan.Create(new HeartbeatOptions { ReceiveWindow = first, MaxReceiveWindow = most }).MaxReceiveWindow.Should().Be(expected);
    }

    [Theory]
    [InlineData(nameof(HeartbeatOptions.DetectWithin), true)]
    [InlineData(nameof(HeartbeatOptions.HandshakeTimeout), false)]
    [InlineData(nameof(HeartbeatOptions.PlainPeerAfter), false)]
    [InlineData(nameof(HeartbeatOptions.CloseTimeout), false)]
    [InlineData(nameof(HeartbeatOptions.CloseDeadline), true)]
    [InlineData(nameof(HeartbeatOptions.StalledAfter), true)]
    [InlineData(nameof(HeartbeatOptions.MinTransmitInterval), false)]
    [InlineData(nameof(HeartbeatOptions.MinReceiveInterval), false)]
    public void Infinite_is_allowed_where_it_means_something(string property, bool allowed)
    {
        Failures(property, Timeout.InfiniteTimeSpan).Should().HaveCount(allowed ? 0 : 1);
    }

    [Fact]
    public void Without_DetectWithin_the_other_limits_do_not_depend_on_it()
    {
        HeartbeatOptions options = new()
        {
            DetectWithin = Timeout.InfiniteTimeSpan,
            StalledAfter = TimeSpan.FromMilliseconds(1),
            MinReceiveInterval = TimeSpan.FromHours(1),
        };

        HeartbeatOptionsRules.Check(options).Should().BeEmpty();
        options.MinReceiveInterval = TimeSpan.FromHours(1) + s_tick;
        HeartbeatOptionsRules.Check(options).Should().ContainSingle();
    }

    [Fact]
    public void Options_are_read_once()
    {
        HeartbeatOptions options = new();
        HeartbeatPlan plan = HeartbeatPlan.Create(options);

        options.DetectWithin = TimeSpan.FromSeconds(3);

        plan.DetectWithin.Should().Be(TimeSpan.FromSeconds(10));
    }

    private static IEnumerable<string> Failures(string property, TimeSpan value)
    {
        HeartbeatOptions options = new();
        typeof(HeartbeatOptions).GetProperty(property)!.SetValue(options, value);
        return HeartbeatOptionsRules.Check(options).Select(failure => failure.Property);
    }
}
