using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Liveness.AspNetCore.Tests.Status.Query;

/// <summary>A query in an address and back.</summary>
public sealed class StatusQueryTextTests
{
    private static readonly StatusQuery s_all = new()
    {
        Text = "meter 4711 & <b>ü</b>?",
        State = "PeerNotConsuming",
        Diagnosis = LossDiagnosis.PeerHostOrPathDead,
        Second = new DateTimeOffset(2026, 11, 30, 12, 34, 56, TimeSpan.Zero),
        Sort = ConnectionSort.RoundTrip,
        IsReversed = true,
        LossSort = LossSort.Lasted,
        IsLossReversed = true,
        IsGrouped = false,
        Page = 3,
        LossPage = 4,
        Rows = 25,
    };

    [Fact]
    public void What_is_asked_for_survives_the_way_through_a_link()
    {
        string link = StatusQueryText.Link(s_all);

        Parse(link).Should().Be(s_all);
        link.Should().NotContain("<").And.NotContain(" ").And.Contain("sort=-roundtrip").And.Contain("second=2026-11-30T12%3A34%3A56Z");
    }

    [Fact]
    public void What_is_usual_makes_no_link_longer()
    {
        StatusQueryText.Link(StatusQuery.All).Should().Be("?");
        StatusQueryText.Link(new StatusQuery { State = "Suspect" }).Should().Be("?state=Suspect");
    }

    [Theory]
    [InlineData("?state=1&diagnosis=3&sort=2&losssort=1")]
    [InlineData("?state=Lost&diagnosis=Nonsense&sort=-nonsense&losssort=--when")]
    [InlineData("?page=0&losspage=-1&rows=1e9")]
    [InlineData("?page=99999999999&losspage=%00&rows=0")]
    [InlineData("?second=yesterday&view=2&q=%20%20")]
    [InlineData("?state=Alive,Suspect&diagnosis=PeerClosed,PeerForgot")]
    public void What_makes_no_sense_counts_as_not_asked_for(string address) => Parse(address).Should().Be(StatusQuery.All);

    [Fact]
    public void A_search_is_cut_where_it_is_longer_than_any_search_needs()
    {
        Parse("?q=" + new string('x', 5000)).Text.Should().HaveLength(SearchTerms.MostCharacters);
    }

    [Fact]
    public void A_word_of_any_case_names_a_state_and_a_diagnosis()
    {
        Parse("?state=warning&diagnosis=peerclosed&sort=SILENCE").Should().Be(
            new StatusQuery { State = "Warning", Diagnosis = LossDiagnosis.PeerClosed, Sort = ConnectionSort.Silence });
    }

    private static StatusQuery Parse(string address) => StatusQueryText.Parse(new QueryCollection(QueryHelpers.ParseQuery(address)));
}
