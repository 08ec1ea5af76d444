using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;

namespace Liveness.Analyzers.Tests;

/// <summary>Every rule has a page, which shows code that is tried here, and is found.</summary>
public sealed partial class RulePageTests
{
    private static readonly string s_docs = Path.Combine(StagedFiles.Root, "src", "Liveness", "docs");

    public static TheoryData<string> Ids => [.. Descriptors.Select(static rule => rule.Id)];

    private static IEnumerable<DiagnosticDescriptor> Descriptors =>
        Analysis.Analyzers.SelectMany(static analyzer => analyzer.SupportedDiagnostics).DistinctBy(static rule => rule.Id);

    [Theory]
    [MemberData(nameof(Ids))]
    public void Its_page_has_the_title_of_the_rule_and_says_what_why_and_when_to_suppress(string id)
    {
        string page = Text($"analyzers/{id}.md");

        page.Should().StartWith($"# {id}: {Descriptors.Single(rule => rule.Id == id).Title}\n");
        Headings(page).Should().Equal("What is reported", "Why", "Wrong", "Right", "When to suppress it");
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void The_wrong_code_of_its_page_is_reported_by_the_tests_and_the_right_code_is_not(string id)
    {
        string[] parts = Text($"analyzers/{id}.md").Split("\n## Right\n");
        (string Wrong, string Right) staged = (Staged($"{id}.Wrong.cs"), Staged($"{id}.Right.cs"));

        Blocks(parts[0]).Should().NotBeEmpty().And.OnlyContain(block => staged.Wrong.Contains(block) && block.Contains("// " + id));
        Blocks(parts[1]).Should().NotBeEmpty().And.OnlyContain(block => staged.Right.Contains(block));
    }

    [Fact]
    public void The_table_names_every_rule_with_its_title()
    {
        IEnumerable<string> rows = Row().Matches(Text("analyzers.md")).Select(static row => row.Value);

        rows.Should().BeEquivalentTo(Descriptors.Select(static rule => $"| [{rule.Id}](analyzers/{rule.Id}.md) | {rule.Title} |"));
    }

    [Fact]
    public void Every_rule_warns_of_its_use_and_leads_to_its_page_where_the_repository_has_an_address()
    {
        Descriptors.Should().OnlyContain(static rule => rule.Category == "Usage" && rule.DefaultSeverity == DiagnosticSeverity.Warning && rule.IsEnabledByDefault);
        Descriptors.Should().OnlyContain(static rule => rule.HelpLinkUri == "" || rule.HelpLinkUri.EndsWith($"/src/Liveness/docs/analyzers/{rule.Id}.md"));
    }

    private static string Text(string page) => File.ReadAllText(Path.Combine(s_docs, page)).ReplaceLineEndings("\n");

    private static string Staged(string file) => Unindented(File.ReadAllText(Path.Combine(StagedFiles.Folder, file)));

    private static IEnumerable<string> Blocks(string text) => Block().Matches(text).Select(static block => Unindented(block.Groups[1].Value));

    private static IEnumerable<string> Headings(string text) => Heading().Matches(text).Select(static heading => heading.Groups[1].Value);

    private static string Unindented(string code) =>
        string.Join('\n', code.ReplaceLineEndings("\n").Split('\n').Select(static line => line.TrimStart()));

    [GeneratedRegex("(?ms)^```csharp\n(.*?)^```$")]
    private static partial Regex Block();

    [GeneratedRegex("(?m)^## (.+)$")]
    private static partial Regex Heading();

    [GeneratedRegex(@"(?m)^\| \[LIV\d{3}\]\(analyzers/LIV\d{3}\.md\) \| [^|]+ \|")]
    private static partial Regex Row();
}
