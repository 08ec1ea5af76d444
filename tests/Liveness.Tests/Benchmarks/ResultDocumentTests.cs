using System.Text.Json;
using Liveness.Benchmarks;

namespace Liveness.Tests.Benchmarks;

public sealed class ResultDocumentTests
{
    [Fact]
    public void What_is_written_is_read_again_figure_by_figure()
    {
        ResultDocument written = Example();

        ResultDocument read = ResultDocument.FromJson(written.ToJson());

        read.Should().BeEquivalentTo(written);
    }

    [Fact]
    public void The_names_in_the_file_are_a_contract()
    {
        using JsonDocument json = JsonDocument.Parse(Example().ToJson());
        JsonElement root = json.RootElement;

        Names(root).Should().Equal("version", "benchmark", "taken", "commit", "machine", "rows");
        Names(root.GetProperty("machine")).Should().Equal("processor", "cores", "system", "runtime", "congestionControl", "load");
        Names(root.GetProperty("rows")[0]).Should().Equal("name", "unit", "median", "low", "high", "budget", "judged", "met");
        root.GetProperty("version").GetInt32().Should().Be(1);
        root.GetProperty("rows")[0].GetProperty("budget").GetString().Should().Be(">= 0.95");
    }

    [Fact]
    public void A_row_is_held_to_its_budget_by_its_median_unless_another_figure_is_judged()
    {
        double[] rounds = [3, 1, 2];

        ResultRow.Of("a", "s", rounds).Should().Be(new ResultRow("a", "s", 2, 1, 3));
        ResultRow.Of("a", "s", rounds, Budget.AtMost(2)).Met.Should().BeTrue();
        ResultRow.Of("a", "s", rounds, Budget.AtMost(2), judged: 3).Met.Should().BeFalse();
    }

    [Fact]
    public void A_figure_that_is_no_number_is_written_and_misses_its_budget()
    {
        ResultRow row = ResultRow.Of("a", "s", [double.NaN], Budget.AtMost(2));

        row.Met.Should().BeFalse();
        ResultDocument.FromJson((Example() with { Rows = [row] }).ToJson()).Rows[0].Median.Should().Be(double.NaN);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("no JSON")]
    public void What_is_no_such_document_is_refused(string text)
    {
        Action reading = () => ResultDocument.FromJson(text);

        reading.Should().Throw<FormatException>();
    }

    [Fact]
    public void Another_version_is_refused_by_its_number()
    {
        Action reading = () => ResultDocument.FromJson((Example() with { Version = 2 }).ToJson());

        reading.Should().Throw<FormatException>().WithMessage("*version 2*version 1*");
    }

    internal static ResultDocument Example() => new(
        ResultDocument.CurrentVersion,
        "compare --tls",
        new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        "0123456789abcdef",
        new ResultMachine("a processor", 2, "a system", "a runtime", "cubic", "0.1"),
        [
            ResultRow.Of("1 MiB, to \"raw\" & back", "ratio", [0.9, 1.0, 1.1], Budget.AtLeast(0.95)),
            ResultRow.Of("64 KiB", "ratio", [0.5, 0.6, 0.7], Budget.AtLeast(0.95)),
            ResultRow.Of("1 MiB", "MB/s", [1234]),
        ]);

    private static IEnumerable<string> Names(JsonElement element) => element.EnumerateObject().Select(static property => property.Name);
}
