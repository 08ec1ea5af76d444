using System.Text.RegularExpressions;

namespace Liveness.Tests.Layering;

/// <summary>One file of the library: the types that it declares, and the names that may be types of other files.</summary>
/// <remarks>
/// A name behind a dot is a member, and so is a name that the file itself declares as one: <c>TcpKeepAliveSetting Setting { get; }</c> does
/// not mean the type Setting.
/// </remarks>
internal sealed partial class SourceFile
{
    private SourceFile(string folder, string name, string code)
    {
        Folder = folder;
        Name = name;
        Declared = [.. Declarations().Matches(code).Select(static match => match.Groups["name"].Value)];
        HashSet<string> members = [.. Members().Matches(code).Select(static match => match.Groups["name"].Value)];
        Used = Names().Matches(code).Select(static match => match.Value).Where(name => !members.Contains(name)).ToHashSet();
    }

    /// <summary>The first folder below the project: the feature.</summary>
    public string Folder { get; }

    /// <summary>From the project on.</summary>
    public string Name { get; }

    public IReadOnlyList<string> Declared { get; }

    public IReadOnlySet<string> Used { get; }

    public static IReadOnlyList<SourceFile> Below(string project)
    {
        List<SourceFile> files = [];
        foreach (string folder in Directory.EnumerateDirectories(project).Where(path => Path.GetFileName(path) is not ("bin" or "obj")))
        {
            foreach (string path in Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories))
            {
                string name = Path.GetRelativePath(project, path).Replace('\\', '/');
                files.Add(new SourceFile(Path.GetFileName(folder), name, CodeOnly.Of(File.ReadAllText(path))));
            }
        }

        return files;
    }

    /// <summary>At the beginning of a line, so not those within a type: they belong to it.</summary>
    [GeneratedRegex(
        @"^(?:(?:public|internal|file|sealed|static|abstract|readonly|ref|partial|unsafe)\s+)*"
        + @"(?:class|struct|interface|enum|record\s+struct|record\s+class|record|delegate\s+[\w<>?\[\]]+)\s+(?<name>\w+)",
        RegexOptions.Multiline)]
    private static partial Regex Declarations();

    /// <summary>Behind a type, which is no keyword, and before what can only follow a member; or a value of an enum.</summary>
    [GeneratedRegex(
        @"(?:\b(?!(?:new|return|is|as|in|case|not|and|or|throw|await|else|when|out|ref|params|yield)\b)\w+\??|[>\]\)]\??)\s+"
        + @"(?<name>[A-Z]\w*)\s*(?:\(|\{|=|;|,|\))"
        + @"|^\s+(?<name>[A-Z]\w*)\s*=\s*\d+,",
        RegexOptions.Multiline)]
    private static partial Regex Members();

    [GeneratedRegex(@"(?<![\w.])[A-Z]\w*|(?<=\bLiveness\.)[A-Z]\w*")]
    private static partial Regex Names();
}
