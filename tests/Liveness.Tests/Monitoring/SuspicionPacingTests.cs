namespace Liveness.Tests.Monitoring;

public sealed class SuspicionPacingTests
{
    [Fact]
    public void A_connection_that_goes_to_and_fro_is_told_of_once_a_minute_with_what_was_left_out()
    {
        SuspicionPacing pacing = new();
        Instant now = new(0);
        List<int?> told = [];
        for (int second = 0; second <= 120; second += 2)
        {
            told.Add(pacing.Note(now + TimeSpan.FromSeconds(second)));
        }

        told.Where(static one => one is not null).Should().Equal(0, 29, 29);
    }

    [Fact]
    public void Its_recovery_is_told_where_its_suspicion_was()
    {
        SuspicionPacing pacing = new();
        pacing.Note(new Instant(0));
        pacing.IsTold.Should().BeTrue();

        pacing.Note(new Instant(1));
        pacing.IsTold.Should().BeFalse();
    }
}
