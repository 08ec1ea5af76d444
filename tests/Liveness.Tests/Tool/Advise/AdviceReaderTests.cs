using Liveness.Tool;
using Liveness.Tool.Advise;

namespace Liveness.Tests.Tool.Advise;

/// <summary>Either form is known by itself, and what is none of them is refused with a sentence.</summary>
public sealed class AdviceReaderTests
{
    private const string Page = """
        {"version":1,"title":"t","connections":[{"name":"x"}],"advice":[{"name":"devices","mode":"InBand","boundSeconds":3,"detectWithinSeconds":1.2,
        "atMostOneInSeconds":864000,"leastBoundSeconds":0.9,"watchedSeconds":2592000,"lossesBySilence":2,
        "shorter":[{"detectWithinSeconds":0.72,"falseAlarms":2,"atMostOneInSeconds":411000}]}]}
        """;

    private const string Metrics = """
        # HELP liveness_bound_advised_seconds DetectWithin as it is advised.
        # TYPE liveness_bound_advised_seconds gauge
        liveness_bound_advised_seconds{liveness_connection_name="de\"vi\\ces",liveness_mode="in_band"} 1.2 1733011200000
        liveness_bound_needed_seconds{liveness_connection_name="de\"vi\\ces",liveness_mode="in_band"} 0.9
        liveness_watched_time_seconds_total{liveness_connection_name="de\"vi\\ces",liveness_mode="in_band"} 2.592e6
        liveness_bound_advised_seconds{liveness_mode="side"} 5
        liveness_watched_time_seconds_total{liveness_mode="side"} 3600
        liveness_bound_advised_seconds{liveness_connection_name="half",liveness_mode="in_band"} 1
        liveness_watched_time_seconds_total{liveness_connection_name="odd",liveness_mode="in_band"} NaN
        liveness_active_connections{liveness_mode="in_band"} 12
        other_metric 1
        """;

    [Fact]
    public void The_JSON_of_a_status_page_is_read_whole()
    {
        NamedAdvice advice = AdviceReader.Read("s", Page).Advice.Should().ContainSingle().Subject;

        advice.Should().BeEquivalentTo(new NamedAdvice("devices", "InBand", 3, 1.2, 864_000, 0.9, 2_592_000, 2, [new ShorterBound(0.72, 2, 411_000)]));
        advice.IsTooShort.Should().BeFalse();
        (advice with { BoundSeconds = 0.89 }).IsTooShort.Should().BeTrue();
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void Metrics_are_read_by_name_and_mode(string newLine)
    {
        IReadOnlyList<NamedAdvice> advice = AdviceReader.Read("s", Metrics.ReplaceLineEndings(newLine)).Advice;

        advice.Select(one => (one.Name, one.Mode, one.DetectWithinSeconds, one.LeastBoundSeconds, one.WatchedSeconds)).Should().Equal(
            ("", "side", 5, 0, 3600), ("de\"vi\\ces", "in_band", 1.2, 0.9, 2_592_000));
        advice[1].AtMostOneInSeconds.Should().BeApproximately(865_240, 1, "the rule of three");
        advice.Should().OnlyContain(one => one.BoundSeconds == null && !one.IsTooShort && one.Shorter.Count == 0);
    }

    [Fact]
    public void A_process_without_an_advice_has_none() =>
        AdviceReader.Read("s", "liveness_active_connections 3\n").Advice.Should().BeEmpty();

    [Theory]
    [InlineData("""{"version":1}""", "s tells no advice: its Liveness.AspNetCore is older")]
    [InlineData("""{"version":2,"advice":[]}""", "s is in version 2 of the status page's JSON, and this tool knows 1: update it.")]
    [InlineData("""{"version":1,"advice":[null]}""", "s is no status page of Liveness: ")]
    [InlineData("""{"version":1,"advice":[{"name":null,"mode":"x"}]}""", "s is no status page of Liveness: ")]
    [InlineData("""{"version":1,"advice":[{"name":"x"}]}""", "s is no status page of Liveness: ")]
    [InlineData("""{"advice":""", "s is no status page of Liveness: ")]
    [InlineData("{}", "s is no status page of Liveness: ")]
    [InlineData("<html>", "s is neither the JSON of a status page of Liveness nor metrics")]
    [InlineData("", "s is neither the JSON of a status page of Liveness nor metrics")]
    public void What_is_neither_is_refused_with_a_sentence(string text, string told)
    {
        Action reading = () => AdviceReader.Read("s", text);

        reading.Should().Throw<ToolException>().Where(refused => refused.Message.StartsWith(told) && refused.ExitCode == ExitCodes.NoSuchTarget);
    }
}
