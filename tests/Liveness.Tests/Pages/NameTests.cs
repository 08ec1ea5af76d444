using System.Text.RegularExpressions;

namespace Liveness.Tests.Pages;

/// <summary>What a page names in the font of code is still called that.</summary>
public sealed partial class NameTests
{
    private static readonly string[] s_folders = ["src", "samples", "tests"];
    private static readonly string[] s_sources = [".cs", ".csproj", ".targets", ".json"];

    /// <summary>Of .NET, and used by nobody here.</summary>
    private static readonly string[] s_foreign = ["PlaintextStreamFilter"];

    [Fact]
    public void Every_name_occurs_in_the_source()
    {
        HashSet<string> known = [.. s_foreign, .. s_folders.SelectMany(static folder => Words(Path.Combine(Page.Root, folder)))];
        (string Page, string Name)[] named =
        [
            .. from page in Page.All
               where Path.GetFileName(page.Name) != "changelog.md"
               from span in page.CodeSpans
               from Match name in Name().Matches(span)
               select (page.Name, name.Value),
        ];

        named.Should().HaveCountGreaterThan(500);
        named.Where(one => !known.Contains(one.Name)).Distinct().Should().BeEmpty();
    }

    private static IEnumerable<string> Words(string folder) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(static path => s_sources.Contains(Path.GetExtension(path)) && !Page.IsBuilt(path))
            .SelectMany(static path => Word().Matches(File.ReadAllText(path)).Select(static word => word.Value)
                .Concat(Path.GetRelativePath(Page.Root, path).Split(Path.DirectorySeparatorChar)));

    [GeneratedRegex(@"\b[A-Z][a-z]\w+")]
    private static partial Regex Name();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();
}
