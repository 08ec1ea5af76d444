namespace Liveness.Tests.Monitoring;

/// <summary>Many at once are one line, and a single one waits for nobody.</summary>
public sealed class BurstTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    private readonly Burst<int> _storm = new(BurstRule.Storm, static () => new CountingTally());
    private Instant _now = new(TimeSpan.TicksPerDay);

    [Fact]
    public void The_first_ten_of_a_storm_are_told_at_once_and_the_others_together_a_second_after_the_last()
    {
        bool[] told = Note(1_240, TimeSpan.FromMilliseconds(0.25));
        Instant last = _now;

        told.Take(10).Should().OnlyContain(static isTold => isTold);
        told.Skip(10).Should().OnlyContain(static isTold => !isTold);
        _storm.Due.Should().Be(last + s_second);
        _storm.TryClose(last + s_second - TimeSpan.FromTicks(1), out _, out _).Should().BeFalse();
        _storm.TryClose(last + s_second, out IBurstTally<int>? tally, out BurstCount count).Should().BeTrue();
        count.Should().Be(new BurstCount(1_240, 1_230, TimeSpan.FromMilliseconds(0.25 * 1_239)));
        ((CountingTally)tally!).Added.Should().Be(1_240, "the tally knows those, too, that were told one by one");
        _storm.Due.Should().Be(Instant.Never);
    }

    [Fact]
    public void Ten_or_fewer_have_no_summary()
    {
        Note(10, TimeSpan.FromMilliseconds(1)).Should().OnlyContain(static isTold => isTold);

        _storm.Due.Should().Be(Instant.Never);
        _storm.TryClose(_now + TimeSpan.FromDays(1), out _, out _).Should().BeFalse();
    }

    [Fact]
    public void One_now_and_then_is_told_each_time()
    {
        for (int i = 0; i < 100; i++)
        {
            Note(1, TimeSpan.Zero).Should().Equal(true);
            _now += TimeSpan.FromMilliseconds(550);
        }
    }

    [Fact]
    public void A_storm_that_does_not_end_is_summed_up_five_seconds_after_its_first_and_then_goes_on_as_a_summary()
    {
        Instant first = _now;
        Note(100, TimeSpan.FromMilliseconds(49));
        _storm.Due.Should().Be(first + (5 * s_second), "it is no later, however many more come");
        _now = _storm.Due;
        _storm.TryClose(_now, out _, out _).Should().BeTrue();

        Note(3, TimeSpan.FromMilliseconds(100)).Should().Equal(false, false, false);
        _storm.Due.Should().Be(_now + s_second);
        _storm.TryClose(_storm.Due, out _, out BurstCount rest).Should().BeTrue();
        rest.All.Should().Be(3);
        rest.Held.Should().Be(3);
    }

    [Fact]
    public void A_loss_after_the_storm_is_told_at_once_again()
    {
        Note(100, TimeSpan.FromMilliseconds(49));
        _now = _storm.Due;
        _storm.TryClose(_now, out _, out _).Should().BeTrue();

        _now += s_second + s_second;
        Note(1, TimeSpan.Zero).Should().Equal(true);
    }

    [Fact]
    public void The_end_of_the_program_does_not_wait_for_the_window()
    {
        Note(11, TimeSpan.Zero);

        _storm.TryClose(Instant.Never, out _, out BurstCount count).Should().BeTrue();
        count.Held.Should().Be(1);
        _storm.TryClose(Instant.Never, out _, out _).Should().BeFalse("nothing is told twice");
    }

    [Fact]
    public void A_moment_that_comes_late_makes_no_window_negative()
    {
        Note(11, TimeSpan.FromMilliseconds(10));
        _storm.Note(0, _now - s_second);

        _storm.TryClose(Instant.Never, out _, out BurstCount count).Should().BeTrue();
        count.Window.Should().Be(TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public void Strangers_are_five_lines_and_a_summary_a_minute()
    {
        Burst<int> strangers = new(BurstRule.Strangers, static () => new CountingTally());
        int lines = 0;
        int all = 0;

        // A thousand a second, for ten minutes.
        for (Instant end = _now + TimeSpan.FromMinutes(10); _now < end; _now += TimeSpan.FromMilliseconds(1))
        {
            if (strangers.TryClose(_now, out _, out BurstCount count))
            {
                lines++;
                all += count.All;
            }

            lines += strangers.Note(0, _now) ? 1 : 0;
        }

        strangers.TryClose(_now, out _, out BurstCount last).Should().BeTrue();
        (all + last.All).Should().Be(600_000);
        (lines + 1).Should().Be(60);
    }

    /// <returns>Of each, whether it is told by a line of its own.</returns>
    private bool[] Note(int count, TimeSpan apart)
    {
        bool[] told = new bool[count];
        for (int i = 0; i < count; i++)
        {
            _now += i == 0 ? TimeSpan.Zero : apart;
            told[i] = _storm.Note(i, _now);
        }

        return told;
    }

    private sealed class CountingTally : IBurstTally<int>
    {
        public int Added { get; private set; }

        public void Add(in int one) => Added++;

        public void Tell(BurstCount summed)
        {
        }
    }
}
