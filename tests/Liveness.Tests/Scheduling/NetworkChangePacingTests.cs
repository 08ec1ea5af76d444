namespace Liveness.Tests.Scheduling;

public sealed class NetworkChangePacingTests
{
    [Fact]
    public void The_first_change_is_answered_at_once_and_the_rest_of_a_burst_once_a_second_later()
    {
        NetworkChangePacing pacing = new();

        pacing.Note(At(0)).Should().Be(At(0));
        pacing.Note(At(10)).Should().Be(At(1_000), "the last change of a burst must not be lost");
        pacing.Note(At(500)).Should().BeNull();
        pacing.Note(At(999)).Should().BeNull();
        pacing.Note(At(1_001)).Should().Be(At(2_000));
        pacing.Note(At(9_000)).Should().Be(At(9_000));
    }

    [Fact]
    public void Every_change_is_followed_by_an_answer_and_answers_keep_their_distance()
    {
        Random random = new(7);
        NetworkChangePacing pacing = new();
        List<long> answers = [];
        long now = 0;
        for (int i = 0; i < 2_000; i++)
        {
            now += random.Next(random.Next(2) == 0 ? 50 : 3_000);
            if (pacing.Note(At(now)) is { } from)
            {
                answers.Add(from.Ticks / TimeSpan.TicksPerMillisecond);
            }

            answers[^1].Should().BeGreaterThanOrEqualTo(now).And.BeLessThanOrEqualTo(now + 1_000);
        }

        answers.Zip(answers.Skip(1), (first, second) => second - first).Should().OnlyContain(distance => distance >= 1_000);
    }

    private static Instant At(long milliseconds) => new(milliseconds * TimeSpan.TicksPerMillisecond);
}
