using Liveness.Advice;

namespace Liveness.Tests.Advice;

/// <summary>
/// An advice keeps the rate that it states: on a network whose stalls are rare and long-tailed, and strike many connections at once, most of
/// all at night.
/// </summary>
public sealed class SimulatedDaysTests
{
    private const int Networks = 100;
    private const int Learned = 30;
    private const int Days = 1_000;

    /// <summary>Stated for 95 %: 5 of 100 may break it, and a few more by chance (14 or more, less than one time in 1,000).</summary>
    private const int MayBreakIt = 13;

    [Theory]
    [InlineData(1.2)]
    [InlineData(2)]
    [InlineData(4)]
    public void The_advised_bound_keeps_its_stated_rate_over_1000_days(double tail)
    {
        int broken = 0;
        int wasteful = 0;
        for (int seed = 0; seed < Networks; seed++)
        {
            StallingNetwork network = new(seed, tail);
            BoundTally tally = new();
            tally.Begin(new Instant(0));
            network.Live(Learned, tally.Note);
            BoundAdvice advice = tally.Advise(network.Now)!;
            TimeSpan stated = advice.AtMostOneIn(advice.DetectWithin);

            HashSet<long> alarms = [];
            HashSet<long> withAThird = [];
            network.Live(Days, (needed, now) =>
            {
                Count(alarms, needed > advice.DetectWithin, now);
                Count(withAThird, needed > advice.DetectWithin / 3, now);
            });

            broken += alarms.Count > Days / stated.TotalDays ? 1 : 0;
            wasteful += withAThird.Count == 0 ? 1 : 0;
            stated.TotalDays.Should().BeApproximately(Learned / 3.0, 0.1);
        }

        broken.Should().BeLessThanOrEqualTo(MayBreakIt);
        wasteful.Should().BeLessThan(Networks / 10, "an advice of an hour would keep its rate too");
    }

    /// <summary>What happens within a minute is one alarm.</summary>
    private static void Count(HashSet<long> minutes, bool isOne, Instant now)
    {
        if (isOne)
        {
            minutes.Add(now.Ticks / TimeSpan.TicksPerMinute);
        }
    }

    /// <summary>Stalls of a Pareto distribution, twice as often by night; each is seen by up to five connections, in several beats.</summary>
    private sealed class StallingNetwork(int seed, double tail)
    {
        private const double StallsADay = 12;

        private readonly Random _random = new(seed);

        public Instant Now { get; private set; }

        public void Live(int days, Action<TimeSpan, Instant> note)
        {
            Instant end = Now + TimeSpan.FromDays(days);
            while (true)
            {
                Instant next = Now + TimeSpan.FromDays(-Math.Log(1 - _random.NextDouble()) / StallsADay);
                if (next >= end)
                {
                    Now = end;
                    return;
                }

                Now = next;
                bool isNight = TimeSpan.FromTicks(Now.Ticks % TimeSpan.TicksPerDay).TotalHours < 8;
                if (isNight || _random.Next(2) == 0)
                {
                    Stall(note);
                }
            }
        }

        private void Stall(Action<TimeSpan, Instant> note)
        {
            double seconds = 0.05 * Math.Pow(1 - _random.NextDouble(), -1 / tail);
            TimeSpan needed = TimeSpan.FromSeconds(Math.Min(seconds, 40_000));
            for (int seenBy = _random.Next(1, 5); seenBy > 0; seenBy--)
            {
                note(needed * (0.5 + (_random.NextDouble() / 2)), Now + (TimeSpan.FromSeconds(1) * _random.NextDouble()));
            }

            note(needed, Now);
        }
    }
}
