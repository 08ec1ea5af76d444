using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Liveness.Tests.Layering;

/// <summary>The page that shows the way through the library leads to what is there.</summary>
public sealed partial class ArchitecturePageTests
{
    private static readonly string s_library =
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", "..", "src", "Liveness"));

    private static readonly string s_page = File.ReadAllText(Path.Combine(s_library, "docs", "architecture.md"));

    [Fact]
    public void Every_hop_of_the_walks_is_a_method_in_that_file()
    {
        (string File, string Method)[] hops = [.. Hop().Matches(s_page).Select(static hop => (hop.Groups[1].Value, hop.Groups[2].Value))];
        hops.Should().HaveCountGreaterThan(25);
        s_page.Split('\n').Count(static line => line.StartsWith("### ", StringComparison.Ordinal)).Should().Be(4);

        hops.Where(static hop => !Declares(hop.File, hop.Method)).Should().BeEmpty();
    }

    [Fact]
    public void The_map_names_every_folder_and_a_type_that_is_in_it()
    {
        IReadOnlyList<SourceFile> files = SourceFile.Below(s_library);
        string[] folders = [.. files.Select(static file => file.Folder).Distinct()];
        List<string> named = [];
        foreach (Match row in Row().Matches(s_page))
        {
            string[] inRow = [.. row.Groups[1].Value.Split(',').Select(static name => name.Trim(' ', '`'))];
            named.AddRange(inRow);
            files.Where(file => inRow.Contains(file.Folder)).SelectMany(static file => file.Declared)
                .Should().Contain(row.Groups[2].Value, "the map of {0} says to start there", row.Groups[1].Value);
        }

        named.Should().BeEquivalentTo(folders);
    }

    [Fact]
    public void The_layers_are_those_that_the_test_of_the_layers_holds()
    {
        string block = string.Join(' ', s_page.Split('\n').Where(static line => line.StartsWith("    ", StringComparison.Ordinal)).Select(static line => line.Trim()));
        string[][] shown = [.. block.Split('<').Select(static layer => layer.Split(',').Select(static name => name.Trim()).ToArray())];

        shown.Should().BeEquivalentTo(LayeringTests.Layers, static options => options.WithStrictOrdering());
    }

    private static bool Declares(string file, string method)
    {
        string path = Path.Combine(s_library, file);
        return File.Exists(path) && Regex.IsMatch(File.ReadAllText(path), $@"(?m)^    [\w.<>?\[\], ()]*[ .]{method}(<\w+>)?\(");
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;

    [GeneratedRegex(@"`([\w/]+\.cs):(\w+)`")]
    private static partial Regex Hop();

    [GeneratedRegex(@"(?m)^\| ((?:`\w+`(?:, )?)+) \| [^|]+ \| `(\w+)` \|$")]
    private static partial Regex Row();
}
