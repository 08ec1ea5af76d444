using System.Globalization;
using System.Xml.Linq;
using Liveness.Benchmarks;

namespace Liveness.Tests.Benchmarks;

public sealed class SvgChartTests
{
    private static readonly XNamespace s_svg = "http://www.w3.org/2000/svg";

    private readonly XElement _chart = XElement.Parse(SvgChart.Draw("Speed & size", [ResultDocumentTests.Example()]));

    [Fact]
    public void Every_figure_is_text_with_its_range_and_its_budget()
    {
        Texts().Should().Contain(["Speed & size", "ratio", "MB/s", "1 MiB, to \"raw\" & back"]);
        Texts().Should().Contain("1 (0.9 to 1.1), >= 0.95 met");
        Texts().Should().Contain("0.6 (0.5 to 0.7), >= 0.95 SHORT");
        Texts().Should().Contain("1234");
        Texts().Should().Contain("compare --tls: 2026-01-02, 01234567; a processor, 2 cores, cubic; a runtime");
    }

    [Fact]
    public void Bars_of_one_unit_are_as_long_as_their_figures_and_what_is_short_looks_otherwise()
    {
        (string Style, double Length)[] bars =
        [
            .. Named("rect").Select(static bar => (Style: Attribute(bar, "class"), Length: Number(bar, "width")))
                .Where(static bar => bar.Style is "bar" or "short"),
        ];

        bars.Select(static bar => bar.Style).Should().Equal("bar", "short", "bar");
        (bars[1].Length / bars[0].Length).Should().BeApproximately(0.6, 0.01);
    }

    [Fact]
    public void A_range_a_budget_and_all_text_lie_within_the_picture()
    {
        double width = Number(_chart, "width");
        double height = Number(_chart, "height");

        Named("line").Where(static line => Attribute(line, "class") == "budget").Should().HaveCount(2);
        Named("line").Where(static line => Attribute(line, "class") == "range").Should().HaveCount(2 * 3);
        Named("line").Should().OnlyContain(line => Number(line, "x2") <= width && Number(line, "y2") <= height);
        Named("text").Should().OnlyContain(text => Number(text, "x") < width && Number(text, "y") < height);
    }

    [Fact]
    public void It_has_colours_for_dark_surroundings()
    {
        Named("style").Single().Value.Should().Contain("prefers-color-scheme: dark");
    }

    [Fact]
    public void A_figure_that_is_no_number_has_no_bar_but_is_told()
    {
        ResultDocument document = ResultDocumentTests.Example() with { Rows = [ResultRow.Of("unknown", "s", [double.NaN])] };

        string drawn = SvgChart.Draw("unknown", [document]);

        drawn.Should().NotContain("=\"NaN\"");
        XElement.Parse(drawn).Descendants(s_svg + "text").Select(static text => text.Value).Should().Contain("NaN");
    }

    private IEnumerable<XElement> Named(string name) => _chart.Descendants(s_svg + name);

    private string[] Texts() => [.. Named("text").Select(static text => text.Value)];

    private static string Attribute(XElement element, string name) => element.Attribute(name)?.Value ?? "";

    private static double Number(XElement element, string name)
    {
        return double.TryParse(Attribute(element, name), CultureInfo.InvariantCulture, out double number) ? number : double.NaN;
    }
}
