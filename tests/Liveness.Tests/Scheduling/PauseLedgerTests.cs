namespace Liveness.Tests.Scheduling;

public sealed class PauseLedgerTests
{
    private static Instant At(long milliseconds) => new(milliseconds * TimeSpan.TicksPerMillisecond);

    private static TimeSpan Ms(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    [Fact]
    public void Nothing_is_paused_in_an_empty_ledger()
    {
        PauseLedger.Empty.Overlap(At(0), At(1_000)).Should().Be(TimeSpan.Zero);
        PauseLedger.Empty.RunningTime(At(0), At(1_000)).Should().Be(Ms(1_000));
        PauseLedger.Empty.NewestLongerThan(TimeSpan.Zero, At(0)).Should().BeNull();
        PauseLedger.Empty.LongestSince(At(0)).Should().Be(TimeSpan.Zero);
    }

    [Theory]
    [InlineData(0, 100, 0)]
    [InlineData(0, 150, 50)]
    [InlineData(120, 130, 10)]
    [InlineData(150, 1_000, 150)]
    [InlineData(200, 300, 0)]
    [InlineData(0, 1_000, 200)]
    public void Only_the_part_of_a_pause_inside_the_interval_counts(long from, long to, double expected)
    {
        PauseLedger ledger = PauseLedger.Empty.Add(At(100), At(200)).Add(At(400), At(500));

        ledger.Overlap(At(from), At(to)).Should().Be(Ms(to >= 500 ? expected : Math.Min(expected, 100)));
        ledger.RunningTime(At(from), At(to)).Should().Be(Ms(to - from) - ledger.Overlap(At(from), At(to)));
    }

    [Fact]
    public void Adding_leaves_the_old_ledger_as_it_was()
    {
        PauseLedger before = PauseLedger.Empty.Add(At(100), At(200));
        before.Add(At(300), At(400));

        before.Overlap(At(0), At(1_000)).Should().Be(Ms(100));
    }

    [Fact]
    public void A_pause_that_overlaps_the_last_one_is_counted_once()
    {
        PauseLedger ledger = PauseLedger.Empty.Add(At(100), At(200));

        ledger.Add(At(150), At(250)).Overlap(At(0), At(1_000)).Should().Be(Ms(150));
        ledger.Add(At(120), At(180)).Should().BeSameAs(ledger);
        ledger.Add(At(300), At(300)).Should().BeSameAs(ledger);
    }

    [Fact]
    public void The_newest_pause_longer_than_a_length_is_found_if_it_ended_after_the_instant()
    {
        PauseLedger ledger = PauseLedger.Empty.Add(At(100), At(200)).Add(At(300), At(360)).Add(At(500), At(510));

        ledger.NewestLongerThan(Ms(50), At(0)).Should().Be(new Pause(At(300), At(360)));
        ledger.NewestLongerThan(Ms(60), At(0)).Should().Be(new Pause(At(100), At(200)));
        ledger.NewestLongerThan(Ms(50), At(359)).Should().Be(new Pause(At(300), At(360)));
        ledger.NewestLongerThan(Ms(50), At(360)).Should().BeNull();
        ledger.LongestSince(At(0)).Should().Be(Ms(100));
        ledger.LongestSince(At(200)).Should().Be(Ms(60));
    }

    [Fact]
    public void Beyond_its_capacity_the_sum_stays_exact_and_the_newest_pauses_keep_their_place()
    {
        PauseLedger ledger = PauseLedger.Empty;
        for (int i = 0; i < 1_000; i++)
        {
            ledger = ledger.Add(At(i * 100), At((i * 100) + 7));
        }

        ledger.Overlap(At(0), At(100_000)).Should().Be(Ms(7_000));
        ledger.Overlap(At(0), At(74_507)).Should().Be(Ms(746 * 7), "the 745 oldest became one entry");
        ledger.Overlap(At(80_000), At(90_000)).Should().Be(Ms(700), "the 255 newest are exact");
        ledger.Overlap(At(80_003), At(80_007)).Should().Be(Ms(4));
        ledger.Overlap(At(10_000), At(20_000)).Should().BeCloseTo(Ms(700), Ms(1), "of the merged ones the share is known");
    }
}
