using System.Globalization;

namespace Liveness.Tests.Simulation;

/// <summary>Who beats first, in pairs: whatever the two ends think of it, both keep their intervals and neither convicts the other.</summary>
public class RoleScheduleTests
{
    private const int DefaultRuns = 400;

    private static readonly double[] s_bounds = [100, 300, 1_000, 3_000, 4_000, 10_000, 60_000];

    /// <summary>LIVENESS_ROLE_RUNS sets how many are run. Each is a function of its seed alone.</summary>
    [Fact]
    public void No_two_ends_harm_each_other_whatever_roles_they_think_they_have()
    {
        string? wanted = Environment.GetEnvironmentVariable("LIVENESS_ROLE_RUNS");
        int runs = wanted is null ? DefaultRuns : int.Parse(wanted, CultureInfo.InvariantCulture);
        string?[] faults = new string?[runs];

        Parallel.For(0, runs, seed => faults[seed] = Random(seed));

        faults.Where(fault => fault is not null).Take(10).Should().BeEmpty();
    }

    [Theory]
    [InlineData(100, 0.5)]
    [InlineData(300, 5)]
    [InlineData(1_000, 20)]
    [InlineData(4_000, 0.1)]
    [InlineData(4_000, 120)]
    [InlineData(60_000, 300)]
    public void After_a_disturbance_the_follower_soon_beats_with_the_leader_again(double bound, double delay)
    {
        HeartbeatPlan plan = Plan(bound);
        double interval = plan.Interval.TotalMilliseconds;
        for (ulong seed = 1; seed <= 40; seed++)
        {
            Random dice = new((int)seed);
            RolePair pair = new(plan, plan, seed, BeatRole.Leads, BeatRole.Follows) { Delay = () => delay };
            for (int i = 1; i < 6; i++)
            {
                RoleEnd disturbed = dice.Next(2) == 0 ? pair.One : pair.Other;
                double length = interval * dice.NextDouble();
                Action<double> act = dice.Next(2) == 0 ? disturbed.Probe : now => disturbed.Pause(now, now + length);
                pair.At(i * 4.37 * interval, act);
            }

            pair.Run(60 * interval);

            pair.Fault.Should().BeNull("seed {0}", seed);
            double[] led = [.. pair.Other.Heard.Where(at => at > 45 * interval)];
            double[] followed = [.. pair.Other.Beats.Where(at => at > 45 * interval)];
            followed.Should().Equal(led, "seed {0}: each beat leaves as soon as the leader's is there", seed);
            led.Length.Should().BeInRange(14, bound <= 300 ? 21 : 17, "seed {0}: hardly more often than asked for", seed);
        }
    }

    [Fact]
    public void A_follower_whose_peer_knows_nothing_of_roles_follows_it_all_the_same()
    {
        HeartbeatPlan plan = Plan(4_000);
        RolePair pair = new(plan, plan, 5, BeatRole.None, BeatRole.Follows);

        pair.Run(120_000);

        pair.Fault.Should().BeNull();
        pair.Other.Beats.Intersect(pair.Other.Heard).Count().Should().BeGreaterThan(pair.Other.Beats.Count * 9 / 10);
        pair.Other.Beats.Count.Should().BeLessThanOrEqualTo(pair.One.Beats.Count + 1);
    }

    private static HeartbeatPlan Plan(double bound, double minReceive = 20) => HeartbeatPlan.Create(new HeartbeatOptions
    {
        DetectWithin = TimeSpan.FromMilliseconds(bound),
        MinReceiveInterval = TimeSpan.FromMilliseconds(minReceive),
    });

    private static string? Random(int seed)
    {
        Random dice = new(seed);
        double bound = s_bounds[dice.Next(s_bounds.Length)];
        HeartbeatPlan plan = Plan(bound, dice.Next(3) == 0 ? 10 + (bound / 16 * dice.NextDouble()) : 20);
        HeartbeatPlan other = dice.Next(2) == 0 ? plan : Plan(Math.Max(100, bound * (0.8 + (0.4 * dice.NextDouble()))));
        double interval = Math.Min(plan.Interval.TotalMilliseconds, other.Interval.TotalMilliseconds);
        double delay = dice.NextDouble() * interval / 2;
        double jitter = dice.NextDouble() * interval / 4;
        RolePair pair = new(plan, other, (ulong)seed, (BeatRole)dice.Next(3), (BeatRole)dice.Next(3))
        {
            Delay = () => delay + (jitter * dice.NextDouble()),
        };
        for (int i = dice.Next(12); i > 0; i--)
        {
            RoleEnd end = dice.Next(2) == 0 ? pair.One : pair.Other;
            double amount = dice.NextDouble();
            pair.At(dice.NextDouble() * 60 * interval, dice.Next(3) switch
            {
                0 => end.Probe,
                1 => now => end.Pause(now, now + (interval * amount)),
                _ => _ => end.ChangeRate(HeartbeatRate.Derive(
                    TimeSpan.FromMilliseconds(Math.Max(100, bound * (0.7 + amount))), HeartbeatDefaults.MinTransmitInterval, null)),
            });
        }

        pair.Run(100 * interval);
        return pair.Fault is { } fault ? $"seed {seed}: {fault}" : null;
    }
}
