namespace Liveness.Tests.Scheduling;

public sealed class PauseDetectorTests
{
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(10);

    private readonly PauseDetector _detector = new(At(0));

    [Fact]
    public void A_wake_up_to_one_tick_late_is_no_pause()
    {
        _detector.Expect(At(100));
        _detector.Ran(At(110), s_tick);

        _detector.Pauses.Should().BeSameAs(PauseLedger.Empty);
    }

    [Fact]
    public void A_later_wake_is_a_pause_from_the_planned_wake_to_now()
    {
        _detector.Expect(At(100));
        _detector.Ran(At(111), s_tick);

        _detector.Pauses.NewestLongerThan(TimeSpan.Zero, At(0)).Should().Be(new Pause(At(100), At(111)));
    }

    [Fact]
    public void An_early_wake_is_no_pause_and_what_follows_is_measured_from_it()
    {
        _detector.Expect(At(100));
        _detector.Ran(At(20), s_tick);
        _detector.Ran(At(50), s_tick);

        _detector.Pauses.NewestLongerThan(TimeSpan.Zero, At(0)).Should().Be(new Pause(At(20), At(50)));
    }

    [Fact]
    public void One_step_of_work_longer_than_a_tick_is_a_pause_before_the_next_step()
    {
        _detector.Ran(At(5), s_tick);
        _detector.Ran(At(305), s_tick);

        _detector.Pauses.Overlap(At(0), At(1_000)).Should().Be(TimeSpan.FromMilliseconds(300));
    }

    [Fact]
    public void Many_short_steps_of_work_are_no_pause_however_long_they_take_together()
    {
        for (int i = 0; i <= 1_000; i++)
        {
            _detector.Ran(At(i * 10), s_tick);
        }

        _detector.Pauses.Should().BeSameAs(PauseLedger.Empty);
    }

    [Fact]
    public void A_pause_that_is_still_open_is_seen_by_others_and_recorded_once()
    {
        _detector.Expect(At(100));

        _detector.At(At(110), s_tick).Overlap(At(0), At(500)).Should().Be(TimeSpan.Zero);
        _detector.At(At(180), s_tick).Overlap(At(0), At(500)).Should().Be(TimeSpan.FromMilliseconds(80));
        _detector.Pauses.Should().BeSameAs(PauseLedger.Empty);

        _detector.Ran(At(200), s_tick);
        _detector.At(At(201), s_tick).Overlap(At(0), At(500)).Should().Be(TimeSpan.FromMilliseconds(100));
    }

    private static Instant At(long milliseconds) => new(milliseconds * TimeSpan.TicksPerMillisecond);
}
