namespace Liveness.Tests.InBand;

/// <summary>The window grows where it holds a transfer back, and only there.</summary>
public class CreditGrowthTests
{
    private const int KiB = 1024;
    private const int MiB = 1024 * KiB;
    private const long Endless = 1L << 50;

    private static readonly TimeSpan s_infinite = TimeSpan.MaxValue;

    [Theory]
    [InlineData(1_000, 300, 1_000, 105)]
    [InlineData(100, 50, 150, 90)]
    [InlineData(20, 600, 2_000, 15)]
    [InlineData(1_000, 80, 10_000, 340)]
    public void A_long_path_is_used_although_its_round_trip_exceeds_a_quarter_of_the_bound(double megabits, double roundTrip, double bound, double expected)
    {
        ModelledTransfer transfer = new(Milliseconds(bound)) { LinkBytesPerSecond = megabits * 125_000, Delay = Milliseconds(roundTrip / 2), FrameSize = 64 * KiB };
        transfer.Write(Endless);
        transfer.Run(40 * roundTrip / 1_000);

        double rate = transfer.Run(50 * roundTrip / 1_000);

        (rate / 125_000).Should().BeGreaterThan(expected);
    }

    [Theory]
    [InlineData(true, 92)]
    [InlineData(false, 128)]
    public void On_a_thin_path_it_stays_small(bool hasBeats, int mostKiB)
    {
        ModelledTransfer transfer = new(Milliseconds(3_000)) { LinkBytesPerSecond = 32_000, Delay = Milliseconds(50), HasBeats = hasBeats };
        transfer.Write(Endless);

        double rate = transfer.Run(120);

        transfer.Windows.Most.Should().BeLessThanOrEqualTo(mostKiB * KiB);
        transfer.Windows.Least.Should().BeGreaterThanOrEqualTo(32 * KiB);
        rate.Should().BeGreaterThan(31_000, "the path is full all the same");
        if (hasBeats)
        {
            transfer.Window.Window.Should().Be(32 * KiB);
        }
    }

    [Theory]
    [InlineData(30, 2e9)]
    [InlineData(100, 500e6)]
    [InlineData(100, 1e12)]
    public void On_loopback_it_is_four_megabytes_before_a_tenth_of_a_second_is_over(double roundTripMicroseconds, double readerBytesPerSecond)
    {
        ModelledTransfer transfer = new(Milliseconds(10_000))
        {
            LinkBytesPerSecond = 4e9,
            Delay = TimeSpan.FromMicroseconds(roundTripMicroseconds / 2),
            ReaderBytesPerSecond = readerBytesPerSecond,
            ReadSize = 64 * KiB,
        };
        transfer.Write(Endless);

        transfer.Run(0.1);

        transfer.Window.Window.Should().Be(4 * MiB);
    }

    [Theory]
    [InlineData(1e6, 64)]
    [InlineData(3e6, 64)]
    [InlineData(20e6, 512)]
    public void A_slow_reader_gets_no_larger_window_than_it_empties_in_a_moment(double bytesPerSecond, int mostKiB)
    {
        ModelledTransfer transfer = new(Milliseconds(10_000)) { LinkBytesPerSecond = 1e9, Delay = TimeSpan.FromMicroseconds(30), ReaderBytesPerSecond = bytesPerSecond };
        transfer.Write(Endless);

        transfer.Run(10);

        transfer.Windows.Most.Should().BeLessThanOrEqualTo(mostKiB * KiB);
        transfer.Windows.Least.Should().BeGreaterThanOrEqualTo(64 * KiB, "its pace says nothing of the path");
    }

    [Theory]
    [InlineData(64 * KiB)]
    [InlineData(32 * KiB)]
    public void A_reader_that_sleeps_between_large_reads_gets_none_either(int readSize)
    {
        ModelledTransfer transfer = new(Milliseconds(10_000))
        {
            LinkBytesPerSecond = 1e9,
            Delay = TimeSpan.FromMicroseconds(30),
            ReadSize = readSize,
            ReaderBytesPerSecond = readSize,
        };
        transfer.Write(Endless);

        transfer.Run(60);

        transfer.Windows.Should().Be((64 * KiB, 64 * KiB));
    }

    [Fact]
    public void An_application_that_writes_little_changes_nothing()
    {
        ModelledTransfer transfer = new(Milliseconds(3_000)) { LinkBytesPerSecond = 1e7, Delay = Milliseconds(10) };
        transfer.WriteEvery(Milliseconds(100), 2_000, TimeSpan.FromMinutes(2));

        transfer.Run(120);

        transfer.Windows.Should().Be((64 * KiB, 64 * KiB));
    }

    [Fact]
    public void Whole_messages_that_end_at_a_limit_by_chance_are_no_sign_of_a_writer_that_waits()
    {
        ModelledTransfer transfer = new(Milliseconds(3_000)) { LinkBytesPerSecond = 1e9, Delay = Milliseconds(1) };
        transfer.WriteEvery(Milliseconds(50), 16 * KiB, TimeSpan.FromSeconds(30));

        transfer.Run(30);

        transfer.Windows.Should().Be((64 * KiB, 64 * KiB));
    }

    [Theory]
    [InlineData(true, 128)]
    [InlineData(false, 64)]
    public void Only_a_frame_that_was_cut_at_the_limit_tells_of_a_writer_that_waits(bool isCut, int expectedKiB)
    {
        CreditWindow window = new(64 * KiB, 4 * MiB, new UnreadBudget(4 * MiB));
        PathFacts path = new(Milliseconds(3_000), Milliseconds(1), Milliseconds(1));
        Take(ref window, 40 * KiB, At(0));
        window.TryTakeGrant(At(0), path, rides: false, out _).Should().BeTrue();

        // 24 KiB are left of the first credit; what comes beyond it comes one round trip after the grant.
        int before = isCut ? 24 * KiB : 20 * KiB;
        Take(ref window, before, At(0.9));
        Take(ref window, (64 * KiB) - before, At(1));

        window.TryTakeGrant(At(1), path, rides: false, out _).Should().BeTrue();
        window.Window.Should().Be(expectedKiB * KiB);
    }

    [Fact]
    public void A_slower_path_makes_it_shrink_and_grants_wait_until_it_fits()
    {
        ModelledTransfer transfer = new(Milliseconds(1_000)) { LinkBytesPerSecond = 1e8, Delay = Milliseconds(20) };
        transfer.Write(Endless);
        transfer.Run(5);
        transfer.Window.Window.Should().Be(4 * MiB);
        transfer.LargestExposure.Should().Be(4 * MiB);

        transfer.LinkBytesPerSecond = 200_000;
        transfer.Run(120);

        transfer.Window.Window.Should().BeLessThanOrEqualTo(64 * KiB);
        transfer.Window.Exposure.Should().BeLessThanOrEqualTo(64 * KiB);

        transfer.LinkBytesPerSecond = 1e8;
        transfer.Run(5);
        transfer.Window.Window.Should().Be(4 * MiB);
    }

    [Fact]
    public void Nothing_that_was_granted_is_taken_back()
    {
        ModelledTransfer transfer = new(Milliseconds(1_000)) { LinkBytesPerSecond = 1e8, Delay = Milliseconds(20) };
        transfer.Write(100 * MiB);
        transfer.Idle(60);
        ref CreditWindow window = ref transfer.Window;
        window.Window.Should().Be(64 * KiB);
        long exposure = window.Exposure;
        exposure.Should().BeGreaterThan(2 * MiB);

        window.TryReceive((int)exposure, At(100_000)).Should().BeTrue();
        window.TryReceive(1, At(100_000)).Should().BeFalse();
        window.Consume((int)exposure - (32 * KiB) - 1);
        window.TryTakeGrant(At(100_000), default, rides: false, out _).Should().BeFalse();
        window.Consume(1);
        window.TryTakeGrant(At(100_000), default, rides: false, out ulong offset).Should().BeTrue();
        offset.Should().Be(window.Received + (32 * KiB));
    }

    [Fact]
    public void Where_silence_is_not_judged_only_the_cap_limits_it()
    {
        ModelledTransfer transfer = new(s_infinite, most: 1 * MiB) { LinkBytesPerSecond = 32_000, Delay = Milliseconds(50) };
        transfer.Write(Endless);

        transfer.Run(300);

        transfer.Window.Window.Should().Be(1 * MiB);
    }

    [Fact]
    public void A_first_window_above_the_default_is_a_promise()
    {
        ModelledTransfer transfer = new(Milliseconds(3_000), first: 512 * KiB) { LinkBytesPerSecond = 32_000, Delay = Milliseconds(50) };
        transfer.Write(Endless);

        transfer.Run(300);

        transfer.Windows.Should().Be((512 * KiB, 512 * KiB));
    }

    [Fact]
    public void Data_beyond_a_grown_window_is_still_refused()
    {
        ModelledTransfer transfer = new(Milliseconds(3_000)) { LinkBytesPerSecond = 1e9, Delay = Milliseconds(1) };
        transfer.Write(50 * MiB);
        transfer.Run(10);
        ref CreditWindow window = ref transfer.Window;
        window.Unread.Should().Be(0);

        window.TryReceive((int)window.Exposure + 1, At(20_000)).Should().BeFalse();
        window.TryReceive((int)window.Exposure, At(20_000)).Should().BeTrue();
    }

    [Fact]
    public void The_budget_bounds_what_all_grow_by_and_comes_back()
    {
        UnreadBudget budget = new(3 * MiB);
        ModelledTransfer[] transfers = [.. Enumerable.Range(0, 3).Select(_ => new ModelledTransfer(Milliseconds(3_000), budget) { LinkBytesPerSecond = 1e9, Delay = Milliseconds(1) })];
        foreach (ModelledTransfer transfer in transfers)
        {
            transfer.Write(100 * MiB);
            transfer.Run(1);
            budget.Taken.Should().BeLessThanOrEqualTo(3 * MiB);
        }

        transfers.Sum(transfer => (long)transfer.Window.Window - (64 * KiB)).Should().Be(3 * MiB);
        transfers[1].Window.Window.Should().Be(64 * KiB, "nothing is left for it");
        transfers[1].Run(60);
        transfers[1].Window.Received.Should().Be(100 * MiB, "it works at its first window");

        transfers[0].Window.End();

        budget.Taken.Should().Be(0);
        transfers[2].Write(100 * MiB);
        transfers[2].Run(1);
        transfers[2].Window.Window.Should().BeGreaterThan(1 * MiB);
    }

    [Fact]
    public void An_idle_connection_holds_the_budget_for_what_its_peer_may_send_and_no_longer()
    {
        UnreadBudget budget = new(100 * MiB);
        ModelledTransfer transfer = new(Milliseconds(3_000), budget) { LinkBytesPerSecond = 1e9, Delay = Milliseconds(1) };
        transfer.Write(50 * MiB);
        transfer.Run(1);
        budget.Taken.Should().Be((4 * MiB) - (64 * KiB));

        transfer.Idle(10);

        transfer.Window.Window.Should().Be(64 * KiB);
        budget.Taken.Should().Be(transfer.Window.Exposure - (64 * KiB)).And.BePositive();

        transfer.WriteEvery(Milliseconds(50), 10_000, TimeSpan.FromSeconds(30));
        transfer.Run(40);

        transfer.Window.Window.Should().Be(64 * KiB);
        budget.Taken.Should().Be(0, "what it had been granted is used up and was not renewed");
    }

    [Fact]
    public void Grants_never_come_closer_than_the_flood_guard_of_the_peer_allows()
    {
        CreditWindow window = new(64 * KiB, 4 * MiB, new UnreadBudget(100 * MiB));
        FloodGuard guard = new(At(0));
        Random random = new(3);
        for (int i = 0; i < 200_000; i++)
        {
            Instant now = At(i);
            window.TryReceive((int)Math.Min(random.Next(1, 4_000), window.Exposure - window.Unread), now).Should().BeTrue();
            window.Consume(random.Next(0, window.Unread + 1));
            window.OnReaderWaits();
            if (random.Next(50) == 0)
            {
                window.ShrinkIfIdle(now, TimeSpan.Zero);
            }

            if (window.TryTakeGrant(now, new PathFacts(Milliseconds(100), Milliseconds(1), Milliseconds(1)), rides: true, out _))
            {
                guard.TryTakeCredit(window.Received).Should().BeTrue();
            }
        }
    }

    private static void Take(ref CreditWindow window, int length, Instant now)
    {
        window.OnReaderWaits();
        window.TryReceive(length, now).Should().BeTrue();
        window.Consume(length);
    }

    private static TimeSpan Milliseconds(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    private static Instant At(double milliseconds) => new Instant(TimeSpan.TicksPerDay) + TimeSpan.FromMilliseconds(milliseconds);
}
