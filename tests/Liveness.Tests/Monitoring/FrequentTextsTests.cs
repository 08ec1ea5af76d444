namespace Liveness.Tests.Monitoring;

public sealed class FrequentTextsTests
{
    [Fact]
    public void The_most_frequent_come_first_each_with_its_count()
    {
        FrequentTexts texts = new(places: 8);
        foreach (string text in (string[])["b", "a", "c", "a", "c", "a"])
        {
            texts.Add(text);
        }

        texts.Text(2).Should().Be("a 3, c 2");
    }

    [Fact]
    public void A_million_different_ones_fill_no_more_than_the_places_and_push_nobody_out_who_is_frequent()
    {
        FrequentTexts texts = new(places: 32);
        for (int i = 0; i < 1_000_000; i++)
        {
            texts.Add($"10.{i >> 16}.{(i >> 8) & 255}.{i & 255}");
            if (i % 10 == 0)
            {
                texts.Add("192.0.2.1");
            }
        }

        texts.Count.Should().BeLessThanOrEqualTo(32);
        texts.Text(5).Should().MatchRegex(@"^192\.0\.2\.1 at least \d\d,\d\d\d, more than 32 that are less frequent$");
    }

    [Fact]
    public void Where_all_are_as_frequent_as_the_others_none_is_named()
    {
        FrequentTexts texts = new(places: 32);
        for (int i = 0; i < 3_000; i++)
        {
            texts.Add($"10.0.0.{i % 40}");
        }

        texts.Text(5).Should().Be("more than 32 that are less frequent");
    }
}
