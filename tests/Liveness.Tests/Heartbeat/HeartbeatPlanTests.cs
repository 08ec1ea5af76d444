using FsCheck;
using FsCheck.Fluent;

namespace Liveness.Tests.Heartbeat;

public class HeartbeatPlanTests
{
    [Theory]
    [InlineData(100, 3, 25, 100, 87.5, 6.25)]
    [InlineData(1_000, 3, 250, 1_000, 917.5, 62.5)]
    [InlineData(3_000, 3, 750, 3_000, 2_880, 100)]
    [InlineData(4_000, 3, 1_000, 4_000, 3_880, 100)]
    [InlineData(4_001, 4, 800.2, 4_000, 3_880, 100)]
    [InlineData(5_000, 4, 1_000, 5_000, 4_880, 100)]
    [InlineData(10_000, 9, 1_000, 10_000, 9_880, 100)]
    [InlineData(60_000, 9, 6_000, 60_000, 59_880, 100)]
    [InlineData(86_399_999, 9, 8_639_999.9, 86_399_990, 86_399_870, 100)]
    public void Everything_follows_from_DetectWithin(double detectWithin, int missedBeats, double interval, double bound, double deadline, double tick)
    {
        HeartbeatPlan plan = Plan(detectWithin);

        plan.MissedBeats.Should().Be(missedBeats);
        plan.Interval.Should().Be(TimeSpan.FromMilliseconds(interval));
        plan.Bound.Should().Be(TimeSpan.FromMilliseconds(bound));
        plan.Deadline.Should().Be(TimeSpan.FromMilliseconds(deadline));
        plan.SuspectAfter.Should().Be(plan.Bound * 1.5 / (missedBeats + 1));
        plan.Rate.Tick.Should().Be(TimeSpan.FromMilliseconds(tick));
    }

    [Fact]
    public void Any_option_that_differs_makes_a_plan_that_differs()
    {
        Action<HeartbeatOptions>[] changes =
        [
            _ => { },
            options => options.DetectWithin = TimeSpan.FromSeconds(9.5),
            options => options.DetectWithin = Timeout.InfiniteTimeSpan,
            options => options.HandshakeTimeout = TimeSpan.FromSeconds(11),
            options => options.PlainPeers = PlainPeers.Serve,
            options => options.PlainPeerAfter = TimeSpan.FromSeconds(2),
            options => options.CloseTimeout = TimeSpan.FromSeconds(6),
            options => options.CloseDeadline = Timeout.InfiniteTimeSpan,
            options => options.StalledAfter = TimeSpan.FromSeconds(31),
            options => options.MinTransmitInterval = TimeSpan.FromMilliseconds(20.5),
            options => options.MinTransmitInterval = TimeSpan.FromMilliseconds(20.6),
            options => options.MinReceiveInterval = TimeSpan.FromMilliseconds(20),
            options => options.MinReceiveInterval = TimeSpan.FromMilliseconds(20.5),
            options => options.ReceiveWindow = HeartbeatDefaults.ReceiveWindow + 1,
            options => options.RequireBound = true,
        ];
        foreach (Action<HeartbeatOptions> before in changes)
        {
            foreach (Action<HeartbeatOptions> after in changes.Where(change => change != before))
            {
                HeartbeatPlan old = HeartbeatPlan.Create(With(before));
                HeartbeatPlan plan = HeartbeatPlan.Create(With(after));

                plan.Should().NotBeSameAs(old);
                HeartbeatOptions options = With(after);
                plan.DetectWithin.Should().Be(options.DetectWithin ?? TimeSpan.FromSeconds(10));
                plan.HandshakeTimeout.Should().Be(options.HandshakeTimeout);
                plan.PlainPeers.Should().Be(options.PlainPeers ?? PlainPeers.Refuse);
                plan.PlainPeerAfter.Should().Be(options.PlainPeerAfter);
                plan.CloseTimeout.Should().Be(options.CloseTimeout ?? TimeSpan.FromSeconds(5));
                plan.CloseDeadline.Should().Be(options.CloseDeadline);
                plan.StalledAfter.Should().Be(options.StalledAfter ?? TimeSpan.FromSeconds(30));
                plan.MinTransmitInterval.Should().Be(options.MinTransmitInterval);
                plan.MinReceiveInterval.Should().Be(options.MinReceiveInterval);
                plan.ReceiveWindow.Should().Be(options.ReceiveWindow);
                plan.RequireBound.Should().Be(options.RequireBound);
            }
        }

        static HeartbeatOptions With(Action<HeartbeatOptions> change)
        {
            HeartbeatOptions options = new();
            change(options);
            return options;
        }
    }

    [Fact]
    public void An_option_that_is_changed_after_a_plan_was_made_changes_the_next_plan_only()
    {
        HeartbeatOptions options = new();
        HeartbeatPlan first = HeartbeatPlan.Create(options);

        options.DetectWithin = TimeSpan.FromSeconds(3);

        HeartbeatPlan.Create(options).DetectWithin.Should().Be(TimeSpan.FromSeconds(3));
        first.DetectWithin.Should().Be(HeartbeatDefaults.DetectWithin);
    }

    [Fact]
    public void Infinite_asks_for_nothing_and_judges_nothing()
    {
        HeartbeatPlan plan = Plan(-1);

        plan.MissedBeats.Should().Be(0);
        plan.Interval.Should().Be(Timeout.InfiniteTimeSpan);
        plan.Bound.Should().Be(Timeout.InfiniteTimeSpan);
        plan.Deadline.Should().Be(Timeout.InfiniteTimeSpan);
        plan.SuspectAfter.Should().Be(Timeout.InfiniteTimeSpan);
        plan.Rate.Wire.Should().Be(new WireIntervals(0, 20, 20));
    }

    [Fact]
    public void For_every_DetectWithin_two_ends_with_defaults_agree_on_a_bound_within_it()
    {
        Gen<double> gen = Gen.OneOf(
            Gen.Choose(1_000, 100_000).Select(tenths => tenths / 10.0),
            Gen.Choose(100, 86_399_999).Select(milliseconds => (double)milliseconds),
            Gen.Choose(1, 9).SelectMany(seconds => Gen.Choose(-50, 50).Select(offset => (seconds * 1_000) + (offset / 10.0))));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000), Prop.ForAll(gen.ToArbitrary(), detectWithin =>
        {
            HeartbeatPlan plan = Plan(detectWithin);
            HeartbeatTiming timing = new(plan.Rate, plan.Rate.Wire);

            timing.Bound.Should().BeLessThanOrEqualTo(plan.DetectWithin);
            timing.Bound.Should().BeGreaterThan(plan.DetectWithin * 0.96, "the wire carries whole milliseconds: at most one is lost of 25 or more");
            timing.Deadline.Should().BeLessThan(timing.Bound);
            timing.Deadline.Should().BeGreaterThan(plan.DetectWithin * 0.84);
            timing.SendInterval.Should().BeCloseTo(timing.ReceiveInterval, TimeSpan.FromMilliseconds(1));
            timing.SendInterval.Should().BeLessThanOrEqualTo(plan.Interval);
            plan.Rate.Wire.IsLegal.Should().BeTrue();
        }));
    }

    [Theory]
    [InlineData(100, 20)]
    [InlineData(10_000, 20)]
    public void The_default_distance_is_twenty_milliseconds_or_the_interval(double detectWithin, uint minRx)
    {
        Plan(detectWithin).Rate.Wire.MinRxMilliseconds.Should().Be(minRx);
    }

    [Fact]
    public void Fractions_of_a_millisecond_are_rounded_so_that_nobody_is_asked_for_too_much()
    {
        HeartbeatRate rate = HeartbeatRate.Derive(TimeSpan.FromMilliseconds(4_003.9), TimeSpan.FromMilliseconds(20.1), TimeSpan.FromMilliseconds(30.9));

        rate.Wire.Should().Be(new WireIntervals(800, 30, 21));
    }

    [Fact]
    public void It_explains_itself()
    {
        Plan(3_000).Explain().Should().Be(string.Join(Environment.NewLine,
            "DetectWithin 3 s: the peer beats at least every 0.75 s, busy or idle; 3 beats in a row may be missed.",
            "Beats are sent after 75-100 % of the interval, so 0.563 s to 0.75 s apart: jitter only shortens.",
            "Suspect after 1.125 s of silence, with probes every 0.188 s or one round trip, whichever is longer.",
            "Lost after 2.88 s of silence; your code knows within the bound of 3 s.",
            "Added to that: time in which this process could not run or read, and one interval and a round trip after a long pause of ours.",
            "A peer that asks for slower beats makes the bound longer: logged once and shown in losses and snapshots.",
            "Handshake within 10 s. Close: 3 s without progress, 60 s in all.",
            "Unread data: at most 65536 bytes, growing to 4194304 while your code reads in time; reported as stalled after 30 s without progress, never a loss."));
    }

    [Fact]
    public void It_explains_that_it_does_nothing()
    {
        HeartbeatPlan plan = HeartbeatPlan.Create(new HeartbeatOptions
        {
            DetectWithin = Timeout.InfiniteTimeSpan,
            CloseDeadline = Timeout.InfiniteTimeSpan,
            RequireBound = true,
        });

        plan.ToString().Should().Be(string.Join(Environment.NewLine,
            "DetectWithin is infinite: this end asks for no beats and never judges silence.",
            "A peer that asks for slower beats makes the bound longer: refused (RequireBound).",
            "Handshake within 10 s. Close: 5 s without progress, unlimited in all.",
            "Unread data: at most 65536 bytes, growing to 4194304 while your code reads in time; reported as stalled after 30 s without progress, never a loss."));
    }

    private static HeartbeatPlan Plan(double detectWithin) =>
        HeartbeatPlan.Create(new HeartbeatOptions { DetectWithin = TimeSpan.FromMilliseconds(detectWithin) });
}
