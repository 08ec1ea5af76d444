namespace Liveness.Tests.Configuration;

public sealed class SectionBindingTests
{
    [Fact]
    public void What_is_absent_stays_and_is_named()
    {
        Merge([("DetectWithin", "00:00:02")], [("detectwithin", "00:00:05"), ("Heartbeat:RequireBound", "true")], out List<string> missing)
            .Should().BeEquivalentTo(new Dictionary<string, string?> { ["DetectWithin"] = "00:00:02", ["Heartbeat:RequireBound"] = "true" });

        missing.Should().Equal("Heartbeat:RequireBound");
    }

    [Fact]
    public void What_was_emptied_on_purpose_is_not_missing()
    {
        Merge([], [("DetectWithin", "00:00:05")], out List<string> missing).Should().BeEmpty();
        missing.Should().BeEmpty();

        Merge([("Heartbeat", null)], [("Heartbeat:RequireBound", "true")], out missing).Should().ContainSingle();
        missing.Should().BeEmpty();
    }

    [Fact]
    public void What_was_empty_is_not_missing_when_it_is_filled()
    {
        Merge([("Heartbeat:RequireBound", "true")], [("Heartbeat", null)], out List<string> missing).Should().ContainSingle();

        missing.Should().BeEmpty();
    }

    [Fact]
    public void A_section_that_is_gone_takes_nothing_along()
    {
        SectionText gone = new(Exists: false, IsSingleValue: false, new Dictionary<string, string?>());

        (Dictionary<string, string?> entries, List<string> missing) = SectionBinding.Merge(gone, Entries([("DetectWithin", "00:00:05")]));

        entries.Should().ContainKey("DetectWithin");
        missing.Should().Equal("DetectWithin");
    }

    private static Dictionary<string, string?> Merge((string Key, string? Text)[] now, (string Key, string? Text)[] before, out List<string> missing)
    {
        (Dictionary<string, string?> entries, missing) = SectionBinding.Merge(new SectionText(Exists: true, IsSingleValue: false, Entries(now)), Entries(before));
        return entries;
    }

    private static Dictionary<string, string?> Entries((string Key, string? Text)[] entries) => entries.ToDictionary(entry => entry.Key, entry => entry.Text, SectionText.Comparer);
}
