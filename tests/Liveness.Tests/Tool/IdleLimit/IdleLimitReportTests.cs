using System.Net;
using System.Text.Json;
using Liveness.Tool.IdleLimit;

namespace Liveness.Tests.Tool.IdleLimit;

public sealed class IdleLimitReportTests
{
    [Fact]
    public void A_limit_is_told_with_how_it_shows_and_what_holds_it()
    {
        string text = IdleLimitText.Write(Report(new SearchResult(
            SearchVerdict.Forgotten, Seconds(236), Seconds(243), TrialOutcome.Silent, null, Strays: 1, Seconds(110), Seconds(100), Probed: 30, TurnedAway: 2)));

        text.Should().StartWith("A box on the way forgets an idle connection after 236 s to 243 s, and says nothing.\n");
        text.Should().Contain("1 of 30 got no answer although others were idle for longer and did, the first after 110 s: lost by chance");
        text.Should().Contain("2 connections were refused or ended at once");
        text.Should().Contain("""{ "KeepAlive": { "DetectWithin": "00:01:36", "IdleLimit": "00:01:40" } }""");
        text.Should().Contain("TCP_KEEPIDLE 48").And.Contain("tcp_keepalive_time=48").And.EndWith("It took 16 min 40 s.\n");
    }

    [Theory]
    [InlineData(nameof(TrialOutcome.Closed), "The server, or a proxy in its place, closes an idle connection after 60.0 s.", "they wait for data")]
    [InlineData(nameof(TrialOutcome.Aborted), "The server, or a firewall in its place, resets an idle connection unasked after 60.0 s.", "not a server")]
    [InlineData(nameof(TrialOutcome.ServerSpoke), "The server says something by itself after 60.0 s.", "is idle for longer")]
    [InlineData(nameof(TrialOutcome.ServerProbed), "The server's host sends something without data by itself, as keepalive does, after 60.0 s.", "is idle for longer")]
    public void What_the_server_does_is_said_apart(string how, string told, string whatHelps)
    {
        string text = IdleLimitText.Write(Report(new SearchResult(
            SearchVerdict.Ended, Seconds(57.5), null, Enum.Parse<TrialOutcome>(how), Seconds(60), Strays: 0, null, Seconds(57.5), Probed: 16, TurnedAway: 0)));

        text.Should().StartWith(told + " No box on the way forgets it within 57.5 s.\n").And.Contain(whatHelps);
        text.Should().Contain("not known: a limit longer than 57.5 s");
    }

    [Fact]
    public void What_can_not_be_known_is_told()
    {
        SearchResult none = new(SearchVerdict.NoLimit, Seconds(900), null, null, null, 0, null, Seconds(900), 16, 0);

        string text = IdleLimitText.Write(Report(none));

        text.Should().StartWith("No box on the way forgets a connection that is idle for 900 s.\n");
        text.Should().Contain("not known: a limit longer than 900 s").And.Contain("takes it up again").And.Contain("behind a proxy");
        IdleLimitText.Write(Report(none with { Verdict = SearchVerdict.Unsure, Strays = 7 })).Should().StartWith("No clear limit")
            .And.Contain("No settings").And.NotContain("SO_KEEPALIVE").And.NotContain("can't be so quick");
        IdleLimitText.Write(Report(none with { AliveAfter = Seconds(1), SafeIdle = Seconds(1) })).Should().Contain("Keepalive can't be so quick");
        IdleLimitText.Write(Report(new SearchResult(SearchVerdict.Forgotten, Seconds(30), Seconds(32), TrialOutcome.Reset, null, 0, null, Seconds(30), 16, 0)))
            .Should().Contain("answers with a reset").And.Contain("who sent the reset");
    }

    [Fact]
    public void For_programs_it_is_one_document()
    {
        JsonElement root = JsonDocument.Parse(IdleLimitJson.Write(Report(new SearchResult(
            SearchVerdict.Forgotten, Seconds(236), Seconds(243), TrialOutcome.Silent, null, 0, null, Seconds(236), 30, 0)))).RootElement;

        root.GetProperty("version").GetInt32().Should().Be(1);
        root.GetProperty("server").GetString().Should().Be("[::1]:7000");
        root.GetProperty("verdict").GetString().Should().Be("Forgotten");
        root.GetProperty("aliveAfterSeconds").GetDouble().Should().Be(236);
        root.GetProperty("forgottenAfterSeconds").GetDouble().Should().Be(243);
        root.TryGetProperty("endedAfterSeconds", out _).Should().BeFalse();
        root.GetProperty("keepAlive").GetProperty("idleSeconds").GetInt32().Should().Be(116);
        root.GetProperty("trials")[0].GetProperty("outcome").GetString().Should().Be("Alive");
    }

    [Theory]
    [InlineData(nameof(TrialOutcome.NotConnected), "Can't connect to [::1]:7000: refused")]
    [InlineData(nameof(TrialOutcome.Silent), "swallows keepalive")]
    [InlineData(nameof(TrialOutcome.Reset), "accepts only where something is said first")]
    [InlineData(nameof(TrialOutcome.Closed), "closed the connection after 0.5 s")]
    [InlineData(nameof(TrialOutcome.Aborted), "reset the connection after 0.5 s")]
    [InlineData(nameof(TrialOutcome.ServerSpoke), "sends something all the time")]
    public void A_server_with_which_nothing_can_be_found_is_told_at_once(string outcome, string told)
    {
        Trial trial = new(Seconds(0.5), Enum.Parse<TrialOutcome>(outcome)) { Why = "refused" };

        FirstTrial.WhyUseless(trial, new IPEndPoint(IPAddress.IPv6Loopback, 7000), hasMessage: false).Should().Contain(told);
    }

    [Theory]
    [InlineData(null, 1)]
    [InlineData(0.0004, 1)]
    [InlineData(0.6, 2)]
    [InlineData(30.0, 10)]
    public void A_probe_is_repeated_after_two_round_trips_and_at_least_a_second(double? roundTrip, int pause)
    {
        ProbePause.For(roundTrip is { } seconds ? Seconds(seconds) : null).Should().Be(Seconds(pause));
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    internal static IdleLimitReport Report(SearchResult result) => new(
        new IdleLimitRequest(new DnsEndPoint("::1", 7000), TimeSpan.FromMinutes(15), 16, Array.Empty<byte>(), Json: false),
        new IPEndPoint(IPAddress.IPv6Loopback, 7000),
        result,
        [new Trial(Seconds(1), TrialOutcome.Alive)],
        Seconds(1000));
}
