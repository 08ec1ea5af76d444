using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Liveness.Tests.Pages;

/// <summary>A Markdown file of this repository.</summary>
internal sealed partial class Page
{
    private static readonly string[] s_builtFolders = ["bin", "obj"];

    private Page(string path)
    {
        FullPath = path;
        Name = Path.GetRelativePath(Root, path).Replace(Path.DirectorySeparatorChar, '/');
        Text = File.ReadAllText(path).ReplaceLineEndings("\n");
        Lines = Text.Split('\n');
    }

    public static string Root { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", ".."));

    public static Page[] All { get; } =
    [
        new Page(Path.Combine(Root, "README.md")),
        .. new[] { "src", "samples", "tests" }
            .SelectMany(static folder => Directory.EnumerateFiles(Path.Combine(Root, folder), "*.md", SearchOption.AllDirectories))
            .Where(static path => !IsBuilt(path))
            .Where(static path => !Path.GetFileName(path).StartsWith("AnalyzerReleases.", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(static path => new Page(path)),
    ];

    public static Page Readme => All[0];

    public string FullPath { get; }

    /// <summary>From the root, with forward slashes.</summary>
    public string Name { get; }

    /// <summary>Lines end with a line feed.</summary>
    public string Text { get; }

    public string[] Lines { get; }

    /// <summary>What stands between fences, with the language that is said there.</summary>
    public IEnumerable<(string Language, string Text)> Blocks =>
        Fenced().Matches(Text).Select(static block => (block.Groups[1].Value, block.Groups[2].Value));

    /// <summary>What stands in the font of code within the text.</summary>
    public IEnumerable<string> CodeSpans => Inline().Matches(Fenced().Replace(Text, "")).Select(static span => span.Value.Trim('`'));

    /// <summary>Without whatever is code.</summary>
    public string Prose => Inline().Replace(Fenced().Replace(Text, ""), "");

    /// <summary>What can be linked to, as GitHub names it.</summary>
    public IEnumerable<string> Anchors
    {
        get
        {
            Dictionary<string, int> seen = [];
            foreach (Match heading in Heading().Matches(Fenced().Replace(Text, "")))
            {
                string title = Link().Replace(heading.Groups[1].Value, "$1").ToLowerInvariant();
                string anchor = string.Concat(title.Where(static c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_')).Replace(' ', '-');
                int before = seen[anchor] = seen.GetValueOrDefault(anchor, -1) + 1;
                yield return before == 0 ? anchor : $"{anchor}-{before}";
            }
        }
    }

    /// <summary>Links to what is not elsewhere on the web.</summary>
    public IEnumerable<string> RelativeLinks =>
        Link().Matches(Prose).Select(static link => link.Groups[2].Value)
            .Where(static target => !target.StartsWith("https:", StringComparison.Ordinal) && !target.StartsWith("http:", StringComparison.Ordinal));

    /// <summary>A page below the library's own folder "docs".</summary>
    public static Page Doc(string name) => Named($"src/Liveness/docs/{name}");

    public static Page Named(string name) => All.Single(page => page.Name == name);

    /// <summary>What a build has left is not ours.</summary>
    public static bool IsBuilt(string path) =>
        Path.GetRelativePath(Root, path).Split(Path.DirectorySeparatorChar).Intersect(s_builtFolders).Any();

    /// <summary>Where a link of this page leads to: a path, and an anchor or nothing.</summary>
    public (string Path, string Anchor) Resolve(string link)
    {
        string[] parts = link.Split('#', 2);
        string path = parts[0].Length == 0 ? FullPath : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(FullPath)!, parts[0]));
        return (path, parts.Length == 2 ? parts[1] : "");
    }

    public override string ToString() => Name;

    private static string ThisFile([CallerFilePath] string path = "") => path;

    [GeneratedRegex("(?ms)^```([^\n]*)\n(.*?)^```$")]
    private static partial Regex Fenced();

    [GeneratedRegex("`[^`\n]+`")]
    private static partial Regex Inline();

    [GeneratedRegex("(?m)^#{1,6} (.+)$")]
    private static partial Regex Heading();

    [GeneratedRegex(@"\[([^\]]*)\]\(([^)\s]+)\)")]
    private static partial Regex Link();
}
