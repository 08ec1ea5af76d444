using Liveness.Testing;

namespace Liveness.AspNetCore.Tests.Status.Report;

/// <summary>What a request gets of two thousand live and five thousand lost connections.</summary>
public sealed class StatusReporterTests
{
    private static readonly DateTimeOffset s_lostAt = new(2026, 11, 30, 12, 34, 56, TimeSpan.Zero);

    private readonly ManualTimeProvider _clock = new();
    private readonly StagedFactory _factory;
    private readonly LivenessStatusOptions _options = new();
    private readonly StatusReporter _reporter;

    public StatusReporterTests()
    {
        _factory = new StagedFactory(timeProvider: _clock);
        _reporter = new StatusReporter(_factory, new RoundTripHistory(), new LastHour(_clock), _options, _clock, "tests");
        Crowd.Fill(_factory, s_lostAt);
    }

    [Fact]
    public void The_page_shows_a_storm_in_one_line_with_what_the_losses_share()
    {
        StatusReport report = Page(new StatusQuery());

        report.LossItems.Select(item => item.Group?.Count ?? 1).Should().Equal(1, 1, 5000, 1, 1, 1, 1);
        StatusLossGroup storm = report.LossItems[2].Group!;
        (storm.Second, storm.Diagnosis, storm.Hosts, storm.HasMoreHosts).Should().Be((s_lostAt, "PeerHostOrPathDead", 100, true));
        storm.Names.Should().Equal(new Dictionary<string, int> { ["devices"] = 5000 });
    }

    [Fact]
    public void All_losses_are_counted_since_the_start_beside_the_newest_hundred()
    {
        StatusReport report = Page(new StatusQuery());

        report.Counts.Should().Be(new StatusCounts(2000, 1995, 5, 4, 100));
        (report.LossTotals.Count, report.LossTotals.Kept).Should().Be((5006, 5006));
        report.LossTotals.ByDiagnosis.Should().Equal(new Dictionary<string, long> { ["PeerHostOrPathDead"] = 5000, ["PeerClosed"] = 6 });
        report.LossTotals.Since.Should().NotBeNull();
        report.LastHour[^1].Losses.Should().Be(5006);
    }

    [Fact]
    public void A_factory_that_does_not_count_has_no_losses_a_minute_and_the_page_says_so()
    {
        StagedFactory factory = new(timeProvider: _clock) { CountsLosses = false };
        StatusReporter reporter = new(factory, new RoundTripHistory(), new LastHour(_clock), _options, _clock, "tests");
        for (int i = 0; i < 150; i++)
        {
            factory.Lose("devices", StagedLoss.Reset(s_lostAt));
            reporter.Sample();
        }

        StatusReport report = reporter.Report(new StatusQuery(), isPage: true);

        (report.LossTotals.Since, report.LossTotals.Count).Should().Be((null, 100));
        report.LastHour.Should().OnlyContain(minute => minute.Losses == null);
        StatusPage.RenderContent(report).Should().Contain("Losses a minute over the last hour: not counted\"");
    }

    [Theory]
    [InlineData("meter 14321", 0, 1)]
    [InlineData("GATEWAY 7", 0, 1)]
    [InlineData("10.1.3.7:20757", 0, 1)]
    [InlineData("192.0.2.9:", 1, 0)]
    [InlineData("upstream", 200, 4)]
    [InlineData("suspect", 5, 0)]
    [InlineData("peer not consuming", 4, 0)]
    [InlineData("devices PeerClosed", 0, 1)]
    [InlineData("peer host or path dead", 0, 5000)]
    [InlineData("heartbeat_timed_out", 0, 5000)]
    [InlineData("7f00ab0000000000000000000000000000000a", 0, 0)]
    [InlineData("nothing of the kind", 0, 0)]
    public void A_search_finds_names_ids_addresses_states_and_diagnoses_among_all_of_them(string text, int live, int lost)
    {
        StatusReport report = Page(new StatusQuery { Text = text });

        (report.ConnectionsMatching, report.LossesMatching).Should().Be((live, lost));
    }

    [Fact]
    public void An_incident_finds_its_connection_live_or_lost()
    {
        Page(new StatusQuery { Text = Crowd.Incident(12) }).Connections.Single().IncidentId.Should().Be(Crowd.Incident(12));
        Page(new StatusQuery { Text = Crowd.Incident(2001) }).LossItems.Single().Loss!.OwnId.Should().Be("meter 10001");
    }

    [Fact]
    public void A_number_finds_a_connection()
    {
        StatusReport report = Page(new StatusQuery { Text = "#1007" });

        report.Connections.Select(connection => connection.Id).Should().Equal(1007);
    }

    [Fact]
    public void Only_the_newest_hundred_have_their_evidence_and_all_have_their_incident()
    {
        StatusReport report = Json(new StatusQuery { Diagnosis = LossDiagnosis.PeerHostOrPathDead, Second = s_lostAt, LossPage = 3 });

        report.Losses.Should().HaveCount(100).And.OnlyContain(loss => loss.Evidence == null && loss.Text == null && loss.IncidentId != null);
        Json(new StatusQuery()).Losses.Should().HaveCount(100).And.OnlyContain(loss => loss.Evidence != null && loss.Text != null);
    }

    [Fact]
    public void The_pages_together_show_everything_once()
    {
        List<long> live = [];
        List<long> lost = [];
        for (int page = 1; page <= 40; page++)
        {
            live.AddRange(Page(new StatusQuery { Page = page }).Connections.Select(connection => connection.Id));
        }

        for (int page = 1; page <= 101; page++)
        {
            lost.AddRange(Page(new StatusQuery { IsGrouped = false, LossPage = page }).Losses.Select(loss => loss.ConnectionId));
        }

        live.Should().HaveCount(Crowd.Live).And.OnlyHaveUniqueItems();
        lost.Should().HaveCount(5006).And.OnlyHaveUniqueItems();
        Page(new StatusQuery { Page = 1_000_000, LossPage = 1_000_000 }).Query.Should().Match<StatusQuery>(query => query.Page == 40 && query.LossPage == 1);
    }

    [Fact]
    public void An_answer_has_no_more_rows_than_the_options_allow()
    {
        (_options.MaxConnections, _options.MaxLosses) = (30, 20);

        StatusReport json = Json(new StatusQuery { Rows = 10_000 });
        StatusReport page = Page(new StatusQuery { Rows = 10_000, IsGrouped = false });

        (json.Connections.Count, json.Losses.Count).Should().Be((30, 20));
        (json.ConnectionsNotShown, json.LossesNotShown).Should().Be((1970, 4986));
        (page.Connections.Count, page.Losses.Count).Should().Be((30, 20));
        (Json(new StatusQuery { Rows = 3 }).Connections.Count, Json(new StatusQuery { Rows = 3 }).Losses.Count).Should().Be((3, 3));
    }

    [Fact]
    public void Live_connections_are_sorted_by_what_is_asked_for_and_those_in_trouble_come_first_otherwise()
    {
        Page(new StatusQuery()).Connections.Select(connection => connection.State).Take(6).Should().Equal("Suspect", "Suspect", "Suspect", "Suspect", "Suspect", "Alive");
        Page(new StatusQuery()).Connections[5].Conditions.Should().Equal("PeerNotConsuming");
        Page(new StatusQuery { Sort = ConnectionSort.Silence }).Connections.Select(one => one.SilenceSeconds!.Value).Should().BeInDescendingOrder();
        Page(new StatusQuery { Sort = ConnectionSort.Silence, IsReversed = true }).Connections.Select(one => one.SilenceSeconds!.Value).Should().BeInAscendingOrder();
        Page(new StatusQuery { Sort = ConnectionSort.RoundTrip }).Connections.Select(one => one.RoundTripSeconds!.Value).Should().BeInDescendingOrder();
        Page(new StatusQuery { Sort = ConnectionSort.Name, IsReversed = true }).Connections.Should().OnlyContain(one => one.Name == "upstream");
        Page(new StatusQuery { Sort = ConnectionSort.Age, IsReversed = true }).Connections.Select(one => one.Id).Should().BeInAscendingOrder("all are of the same age");
    }

    [Fact]
    public void Losses_are_sorted_by_what_is_asked_for()
    {
        Lost(LossSort.When).Should().BeInDescendingOrder(loss => loss.DetectedAt);
        Lost(LossSort.When, isReversed: true).Should().BeInAscendingOrder(loss => loss.DetectedAt);
        Lost(LossSort.Name, isReversed: true)[0].Name.Should().Be("upstream");
        Lost(LossSort.Diagnosis)[0].Diagnosis.Should().Be("PeerClosed");
        Lost(LossSort.Silence)[0].SilenceSeconds.Should().Be(2.94);
        Lost(LossSort.Silence, isReversed: true)[0].SilenceSeconds.Should().Be(0.3);
    }

    [Theory]
    [InlineData("Suspect", 5)]
    [InlineData("Alive", 1995)]
    [InlineData("Connecting", 0)]
    [InlineData("Warning", 4)]
    [InlineData("PeerNotConsuming", 4)]
    [InlineData("SideDown", 0)]
    public void A_state_or_a_condition_filters_live_connections_and_leaves_the_losses(string state, int live)
    {
        StatusReport report = Page(new StatusQuery { State = state });

        (report.ConnectionsMatching, report.LossesMatching).Should().Be((live, 5006));
        report.Counts.Live.Should().Be(2000, "counts are of all");
    }

    [Fact]
    public void Round_trips_of_all_are_in_the_picture_and_the_last_of_each_in_its_row()
    {
        for (int i = 0; i < 3; i++)
        {
            _reporter.Sample();
        }

        StatusReport report = Page(new StatusQuery { Page = 40 });

        report.LastHour[^1].RoundTripP50Seconds.Should().BeInRange(0.008, 0.025);
        report.LastHour[^1].RoundTripP99Seconds.Should().BeInRange(0.048, 0.062);
        report.Connections.Should().OnlyContain(connection => connection.RoundTripHistorySeconds.Count == 3);
    }

    [Fact]
    public void A_search_keeps_the_number_of_rows()
    {
        StatusPage.RenderContent(Page(new StatusQuery { Rows = 30 })).Should().Contain("<input type=\"hidden\" name=\"rows\" value=\"30\">");
        StatusPage.RenderContent(Page(new StatusQuery())).Should().NotContain("name=\"rows\"");
    }

    [Fact]
    public void A_page_of_seven_thousand_is_small_and_so_is_what_it_costs()
    {
        string page = StatusPage.Render(Page(new StatusQuery()));
        long before = GC.GetAllocatedBytesForCurrentThread();
        StatusPage.RenderContent(Page(new StatusQuery { Text = "meter 1" }));
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        page.Length.Should().BeLessThan(160_000);
        allocated.Should().BeLessThan(8_000_000);
    }

    private StatusReport Page(StatusQuery query) => _reporter.Report(query, isPage: true);

    private StatusReport Json(StatusQuery query) => _reporter.Report(query, isPage: false);

    private IReadOnlyList<StatusLoss> Lost(LossSort sort, bool isReversed = false) =>
        Page(new StatusQuery { IsGrouped = false, LossSort = sort, IsLossReversed = isReversed }).Losses;
}
