using System.Text.RegularExpressions;
using Liveness.Tests.Pages;
using Liveness.Tool.Conformance;

namespace Liveness.Tests.Tool.Conformance;

public sealed class CaseFileTests
{
    /// <summary>What a peer that only sends back can't be brought to do.</summary>
    private static readonly string[] s_notFromOutside = [nameof(ProtocolRule.None), nameof(ProtocolRule.FrameBeforeHello), nameof(ProtocolRule.GenerationRegressed)];

    [Fact]
    public void Every_case_has_a_number_of_its_own_and_a_section_of_the_page()
    {
        string page = File.ReadAllText(Path.Combine(Page.Root, "src/Liveness/Wire/PROTOCOL.md"));

        CaseFile.All.Should().HaveCountGreaterThan(150);
        CaseFile.All.Select(one => one.Id).Should().OnlyHaveUniqueItems();
        CaseFile.All.Select(one => one.Section).Distinct().Should().OnlyContain(section => Regex.IsMatch(page, $@"(?m)^##+ {Regex.Escape(section)}\.? "));
        CaseFile.All.Should().OnlyContain(one => one.Steps.Count > 0);
    }

    [Fact]
    public void The_page_says_how_many_there_are()
    {
        string page = File.ReadAllText(Path.Combine(Page.Root, "src/Liveness/docs/conformance.md"));

        page.Should().Contain($"{CaseFile.All.Count} numbered cases");
    }

    [Fact]
    public void Every_violation_that_can_be_provoked_has_a_case_that_names_it()
    {
        IEnumerable<string> named = CaseFile.All.SelectMany(one => one.Steps).Where(step => step.Verb == "rule").SelectMany(step => step.Words[0].Split('|'));

        named.Distinct().Should().BeEquivalentTo(Enum.GetNames<ProtocolRule>().Except(s_notFromOutside));
    }

    [Fact]
    public void A_case_with_words_behind_it_is_played_once_for_each_of_them()
    {
        List<ConformanceCase> cases = CaseFile.Parse("""
            # why
            CASE 7 name {a b}
              send {}00
              alive
            CASE 7 other
              open
            """);

        cases.Select(one => $"{one.Id} {one.Name}").Should().Equal("7-01 name a", "7-02 name b", "7-03 other");
        cases[1].Steps.Select(step => step.ToString()).Should().Equal("send b00", "alive");
    }

    [Theory]
    [InlineData("CASE 7\n  open")]
    [InlineData("open")]
    [InlineData("CASE 7 name\nopen")]
    public void A_line_that_is_neither_a_case_nor_a_step_is_named(string text)
    {
        Action parse = () => CaseFile.Parse(text);

        parse.Should().Throw<FormatException>().WithMessage($"*{text.Split('\n')[^1].Trim()}*".Replace("*open*", "*"));
    }
}
