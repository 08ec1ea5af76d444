namespace Liveness.AspNetCore.Tests.Status.Query;

/// <summary>Every word must be found, in any of the fields.</summary>
public sealed class SearchTermsTests
{
    [Theory]
    [InlineData("", true)]
    [InlineData("dev", true)]
    [InlineData("DEVICES 10.0.0.7", true)]
    [InlineData("10.0.0.7 devices", true)]
    [InlineData("devices 10.0.0.8", false)]
    [InlineData("#12", true)]
    [InlineData("devices10", false)]
    public void Each_word_stands_in_one_of_the_fields(string text, bool isFound) =>
        SearchTerms.Of(text).Match("devices", null, "10.0.0.7:5000", "#12").Should().Be(isFound);

    [Fact]
    public void More_than_five_words_are_not_looked_for()
    {
        SearchTerms.Of("a a a a a zzz").Match("a").Should().BeTrue();
    }

    [Theory]
    [InlineData("7f00ab", true)]
    [InlineData("7f00a", false)]
    [InlineData("devices", false)]
    public void Only_what_looks_like_one_is_looked_for_among_incidents(string text, bool may) => SearchTerms.Of(text).MayBeIncident.Should().Be(may);
}
