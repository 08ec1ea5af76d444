namespace Liveness.Tests.Scheduling;

public sealed class TimerWheelTests
{
    private static readonly Instant s_start = new(123_456_789);

    private readonly TimerWheel _wheel = new(s_start);
    private readonly QuietEntry _entry = new(0);

    [Theory]
    [InlineData(1L)]
    [InlineData(9_999L)]
    [InlineData(10_000L)]
    [InlineData(640_001L)]
    [InlineData(36_000_000_000L)]
    [InlineData(864_000_000_000_000L)]
    [InlineData(long.MaxValue - 123_456_790L)]
    public void An_entry_is_due_at_its_exact_tick_and_not_one_tick_before(long ticks)
    {
        Instant due = new(s_start.Ticks + ticks);
        _wheel.Schedule(_entry, due);

        _wheel.NextDue.Should().Be(due);
        _wheel.Advance(new Instant(due.Ticks - 1)).Should().Be(0);
        _wheel.TakeDue().Should().BeNull();
        _wheel.NextDue.Should().Be(due);

        _wheel.Advance(due).Should().Be(1);
        _wheel.TakeDue().Should().BeSameAs(_entry);
        _wheel.TakeDue().Should().BeNull();
        _wheel.NextDue.Should().Be(Instant.Never);
    }

    [Fact]
    public void What_is_already_past_is_due_at_once_even_long_before_the_wheel_was_made()
    {
        _wheel.Schedule(_entry, new Instant(long.MinValue));

        _wheel.NextDue.Should().BeLessThanOrEqualTo(s_start);
        _wheel.Advance(s_start).Should().Be(1);
    }

    [Fact]
    public void Instants_below_zero_are_kept_in_order()
    {
        TimerWheel wheel = new(new Instant(-50_000_000));
        wheel.Schedule(_entry, new Instant(5));

        wheel.Advance(new Instant(-1)).Should().Be(0);
        wheel.Advance(new Instant(4)).Should().Be(0);
        wheel.Advance(new Instant(5)).Should().Be(1);
    }

    [Fact]
    public void Never_is_not_filed_and_takes_out_what_was()
    {
        _wheel.Schedule(_entry, s_start);
        _wheel.Schedule(_entry, Instant.Never);

        _wheel.NextDue.Should().Be(Instant.Never);
        _entry.Due.Should().Be(Instant.Never);
        _wheel.Advance(new Instant(long.MaxValue - 1)).Should().Be(0);
    }

    [Fact]
    public void An_entry_that_waits_to_be_taken_can_still_be_cancelled_or_moved()
    {
        QuietEntry moved = new(1);
        QuietEntry kept = new(2);
        _wheel.Schedule(_entry, s_start);
        _wheel.Schedule(moved, s_start);
        _wheel.Schedule(kept, s_start);
        _wheel.Advance(s_start).Should().Be(3);

        _wheel.Cancel(_entry);
        _wheel.Schedule(moved, s_start + TimeSpan.FromSeconds(1));

        _wheel.TakeDue().Should().BeSameAs(kept);
        _wheel.TakeDue().Should().BeNull();
        _wheel.NextDue.Should().Be(s_start + TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void A_clock_that_reads_a_little_less_than_before_does_no_harm()
    {
        _wheel.Advance(s_start + TimeSpan.FromSeconds(1));
        _wheel.Schedule(_entry, s_start + TimeSpan.FromSeconds(1));

        _wheel.Advance(s_start + TimeSpan.FromMilliseconds(999)).Should().Be(0);
        _wheel.Advance(s_start + TimeSpan.FromSeconds(1)).Should().Be(1);
    }

    [Fact]
    public void A_hundred_thousand_entries_are_filed_moved_fired_and_cancelled_without_allocating()
    {
        QuietEntry[] entries = [.. Enumerable.Range(0, 100_000).Select(number => new QuietEntry(number))];
        RunThrough(entries.AsSpan(0, 100), s_start);

        // The least of three: what the runtime allocates on this thread once, for itself, is not the wheel's.
        long allocated = long.MaxValue;
        for (int run = 1; run <= 3; run++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            int fired = RunThrough(entries, s_start + TimeSpan.FromDays(run));
            allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
            fired.Should().Be(50_000);
        }

        allocated.Should().Be(0);
        _wheel.NextDue.Should().Be(Instant.Never);
    }

    private int RunThrough(ReadOnlySpan<QuietEntry> entries, Instant now)
    {
        _wheel.Advance(now);
        foreach (QuietEntry entry in entries)
        {
            _wheel.Schedule(entry, now + TimeSpan.FromTicks(entry.Number * 997L));
        }

        foreach (QuietEntry entry in entries)
        {
            _wheel.Schedule(entry, now + TimeSpan.FromTicks(entry.Number * 6_007L));
        }

        for (int i = 0; i < entries.Length; i += 2)
        {
            _wheel.Cancel(entries[i]);
        }

        int fired = 0;
        for (int step = 0; step < 1_000 && _wheel.NextDue != Instant.Never; step++)
        {
            now += TimeSpan.FromMilliseconds(61);
            _wheel.Advance(now);
            while (_wheel.TakeDue() is not null)
            {
                fired++;
            }
        }

        return fired;
    }
}
