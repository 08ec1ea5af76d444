using System.Text.RegularExpressions;

namespace Liveness.Tests.Pages;

/// <summary>The code of every page is compiled, its files are those of samples, and its commands name what there is.</summary>
public sealed partial class CodeBlockTests
{
    private static readonly string[] s_languages = ["csharp", "json", "sh", "text", "mermaid", "vectors", "rejected", "sessions"];

    [Fact]
    public void Every_block_says_its_language()
    {
        Page.All.SelectMany(static page => page.Blocks.Select(block => (page.Name, block.Language)))
            .Where(static block => !s_languages.Contains(block.Language)).Should().BeEmpty();
    }

    [Fact]
    public void Every_block_of_code_stands_word_for_word_in_a_sample()
    {
        string[] samples = [.. SampleFiles("*.cs").Select(static path => Unindented(File.ReadAllText(path)))];
        (string Page, string Text)[] blocks = [.. Blocks("csharp")];

        blocks.Should().HaveCountGreaterThan(15);
        blocks.Where(block => Unindented(block.Text) is var code && (code.Trim().Length == 0 || !samples.Any(sample => sample.Contains(code))))
            .Should().BeEmpty();
    }

    [Fact]
    public void Every_block_of_json_is_a_whole_file_of_a_sample()
    {
        string[] files = [.. SampleFiles("*.json").Select(static path => File.ReadAllText(path).ReplaceLineEndings("\n"))];
        (string Page, string Text)[] blocks = [.. Blocks("json")];

        blocks.Should().HaveCountGreaterThan(1);
        blocks.Where(block => !files.Contains(block.Text)).Should().BeEmpty();
    }

    [Fact]
    public void The_quick_start_is_a_whole_program()
    {
        string block = Page.Readme.Blocks.First(static block => block.Language == "csharp").Text;

        block.Should().Be(File.ReadAllText(Path.Combine(Page.Root, "samples", "QuickStart", "Program.cs")).ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Every_command_names_a_project_or_script_that_exists()
    {
        (string Page, string Named)[] named =
        [
            .. Page.All.SelectMany(static page => Project().Matches(page.Text).Select(match => (page.Name, match.Groups[1].Value))),
            .. Page.All.SelectMany(static page => Script().Matches(page.Text).Select(match => (page.Name, match.Groups[1].Value))),
        ];

        named.Should().HaveCountGreaterThan(20);
        named.Where(static one => !Path.Exists(Path.Combine(Page.Root, one.Named))).Should().BeEmpty();
    }

    private static IEnumerable<(string Page, string Text)> Blocks(string language) =>
        Page.All.SelectMany(page => page.Blocks.Where(block => block.Language == language).Select(block => (page.Name, block.Text)));

    /// <summary>
    /// The pages of the analyzers show mistakes, which no sample makes: those are compiled by the tests of the analyzers. Lines for client
    /// libraries of others stand in the tests that bring these libraries along.
    /// </summary>
    private static IEnumerable<string> SampleFiles(string pattern) =>
        ((string[])["samples", "tests/Liveness.Analyzers.Tests/Staged", "tests/Liveness.WorksWithHttp.Tests/Lines"])
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Page.Root, folder), pattern, SearchOption.AllDirectories));

    private static string Unindented(string code) =>
        string.Join('\n', code.ReplaceLineEndings("\n").Split('\n').Select(static line => line.TrimStart()));

    [GeneratedRegex(@"(?:--project |dotnet (?:build|test)(?: --no-build)? )((?:src|tests|samples)/[\w./]+|[\w.]+\.sln)")]
    private static partial Regex Project();

    [GeneratedRegex(@"`(\.ci/\w+)`")]
    private static partial Regex Script();
}
