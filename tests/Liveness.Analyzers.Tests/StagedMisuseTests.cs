using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;

namespace Liveness.Analyzers.Tests;

/// <summary>Every staged misuse is found, on the line that says so, and nothing else is.</summary>
public sealed partial class StagedMisuseTests
{
    public static TheoryData<string> Wrong => [.. StagedFiles.Named("*.Wrong.cs").Select(static path => Path.GetFileName(path))];

    public static TheoryData<string> Right => [.. StagedFiles.Named("*.Right.cs").Select(static path => Path.GetFileName(path))];

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task Each_marked_line_is_reported_and_no_other(string file)
    {
        string code = await File.ReadAllTextAsync(Path.Combine(StagedFiles.Folder, file));
        string[] expected =
        [
            .. code.Split('\n').Select(static (line, index) => (Mark: Marked().Match(line), Number: index + 1))
                .Where(static one => one.Mark.Success).Select(static one => $"{one.Number}: {one.Mark.Groups[1].Value}"),
        ];

        (await Analysis.OfAsync(code)).Select(Line).Should().BeEquivalentTo(expected).And.HaveCountGreaterThan(1);
    }

    [Theory]
    [MemberData(nameof(Right))]
    public async Task What_is_right_is_not_reported(string file)
    {
        string code = await File.ReadAllTextAsync(Path.Combine(StagedFiles.Folder, file));

        (await Analysis.OfAsync(code)).Select(Line).Should().BeEmpty();
    }

    [Fact]
    public void There_are_twenty_misuses_and_two_of_every_rule()
    {
        string[] marks = [.. StagedFiles.Named("*.Wrong.cs").SelectMany(static path => Marked().Matches(File.ReadAllText(path))).Select(static mark => mark.Groups[1].Value)];

        marks.Should().HaveCountGreaterThanOrEqualTo(20);
        marks.GroupBy(static id => id).Select(static group => group.Count()).Min().Should().BeGreaterThanOrEqualTo(2);
        marks.Distinct().Should().BeEquivalentTo(Analysis.Analyzers.SelectMany(static one => one.SupportedDiagnostics).Select(static rule => rule.Id).Distinct());
    }

    private static string Line(Diagnostic diagnostic) =>
        $"{diagnostic.Location.GetLineSpan().StartLinePosition.Line + 1}: {diagnostic.Id}";

    [GeneratedRegex(@"// (LIV\d{3})\r?$", RegexOptions.Multiline)]
    private static partial Regex Marked();
}
