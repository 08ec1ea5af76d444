using System.Net;
using System.Text.RegularExpressions;

namespace Liveness.Tests.Pages;

/// <summary>The code in the comments of public members is taken from samples, as that of the pages is.</summary>
public sealed partial class DocExampleTests
{
    [Fact]
    public void Every_code_block_of_a_comment_stands_word_for_word_in_a_sample()
    {
        string[] samples = [.. SampleFiles().Select(static path => $"\n{Unindented(File.ReadAllText(path))}\n")];
        (string File, string Code)[] blocks = [.. SourceFiles().SelectMany(BlocksOf)];

        blocks.Should().HaveCountGreaterThan(25);
        blocks.Where(block => block.Code.Length == 0 || !samples.Any(sample => sample.Contains($"\n{block.Code}\n"))).Should().BeEmpty();
    }

    private static IEnumerable<string> SampleFiles() => CodeBelow("samples");

    private static IEnumerable<string> SourceFiles() => CodeBelow("src");

    private static IEnumerable<string> CodeBelow(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Page.Root, folder), "*.cs", SearchOption.AllDirectories)
            .Where(static path => !Page.IsBuilt(path));

    private static IEnumerable<(string File, string Code)> BlocksOf(string path)
    {
        string comments = string.Join('\n', CommentLine().Matches(File.ReadAllText(path).ReplaceLineEndings("\n"))
            .Select(static line => line.Groups[1].Value));
        return CodeBlock().Matches(comments)
            .Select(block => (Path.GetRelativePath(Page.Root, path), Unindented(WebUtility.HtmlDecode(block.Groups[1].Value)).Trim('\n')));
    }

    private static string Unindented(string code) =>
        string.Join('\n', code.ReplaceLineEndings("\n").Split('\n').Select(static line => line.Trim()));

    [GeneratedRegex("(?m)^ *///(.*)$")]
    private static partial Regex CommentLine();

    [GeneratedRegex("(?s)<code[^>]*>(.*?)</code>")]
    private static partial Regex CodeBlock();
}
