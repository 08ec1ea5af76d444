using FsCheck;
using FsCheck.Fluent;

namespace Liveness.Tests.Scheduling;

/// <summary>The wheel against a plain dictionary that is searched from end to end.</summary>
public sealed class TimerWheelModelTests
{
    private const int Entries = 24;

    [Fact]
    public void The_wheel_does_what_a_searched_list_does()
    {
        Gen<int[]> steps = Gen.Choose(0, int.MaxValue).ArrayOf();
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(1_000).WithEndSize(200),
            Prop.ForAll(Arb.From(steps, Shorter), seeds => new Run().Play(seeds)));
    }

    private static IEnumerable<int[]> Shorter(int[] seeds) =>
        Enumerable.Range(0, seeds.Length).Select(left => (int[])[.. seeds[..left], .. seeds[(left + 1)..]]);

    private sealed class Run
    {
        private readonly Dictionary<int, Instant> _model = [];
        private readonly QuietEntry[] _entries = [.. Enumerable.Range(0, Entries).Select(number => new QuietEntry(number))];
        private readonly TimerWheel _wheel;
        private Instant _now = new(7_654_321);
        private bool _exact = true;

        public Run() => _wheel = new TimerWheel(_now);

        public void Play(int[] seeds)
        {
            foreach (int seed in seeds)
            {
                Random random = new(seed);
                Step(random);
                CheckNextDue();
            }

            Advance(TimeSpan.FromDays(40_000));
            Assert.Empty(_model);
        }

        private void Step(Random random)
        {
            QuietEntry entry = _entries[random.Next(Entries)];
            switch (random.Next(8))
            {
                case <= 3:
                    Instant due = random.Next(5) == 0 ? _now - Span(random) : _now + Span(random);
                    _exact &= !_model.ContainsKey(entry.Number);
                    _wheel.Schedule(entry, due);
                    _model[entry.Number] = due;
                    break;
                case 4:
                    _exact &= !_model.Remove(entry.Number);
                    _wheel.Cancel(entry);
                    break;
                case 5 when _model.Count > 0:
                    // To the exact time of some entry, or one tick before it.
                    Instant target = _model.ElementAt(random.Next(_model.Count)).Value - TimeSpan.FromTicks(random.Next(2));
                    Advance(target > _now ? target - _now : TimeSpan.Zero);
                    break;
                default:
                    Advance(Span(random));
                    break;
            }
        }

        /// <summary>From nothing to 40 days, every magnitude alike.</summary>
        private static TimeSpan Span(Random random) =>
            TimeSpan.FromTicks(random.NextInt64(1L << random.Next(46)));

        private void Advance(TimeSpan span)
        {
            _now += span;
            int[] expected = [.. _model.Where(pair => pair.Value <= _now).Select(pair => pair.Key)];
            int count = _wheel.Advance(_now);
            List<int> taken = [];
            while (_wheel.TakeDue() is QuietEntry entry)
            {
                taken.Add(entry.Number);
                _model.Remove(entry.Number);
            }

            Assert.Equal(expected.Length, count);
            Assert.Equal(expected.Order(), taken.Order());
            Assert.Equal(_model.Count, _entries.Count(entry => entry.Due != Instant.Never));
        }

        private void CheckNextDue()
        {
            Instant earliest = _model.Count == 0 ? Instant.Never : _model.Values.Min();
            Assert.True(_wheel.NextDue <= earliest);
            if (_exact || _model.Count == 0)
            {
                Assert.Equal(earliest, _wheel.NextDue);
            }
        }
    }
}
