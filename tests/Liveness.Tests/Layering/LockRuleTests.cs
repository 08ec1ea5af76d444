using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Liveness.Tests.Layering;

/// <summary>What needs a lock says so by its name, and is the first to notice that it is not held.</summary>
public sealed partial class LockRuleTests
{
    private static readonly string s_source =
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", "..", "src"));

    [Fact]
    public void A_member_that_needs_the_lock_asserts_first_that_it_is_held()
    {
        List<string> found = [];
        int members = 0;
        foreach (string path in Directory.EnumerateFiles(s_source, "*.cs", SearchOption.AllDirectories).Where(IsSource))
        {
            foreach (Match member in Members().Matches(CodeOnly.Of(File.ReadAllText(path))))
            {
                members++;
                if (!member.Groups["first"].Value.StartsWith("Debug.Assert(", StringComparison.Ordinal))
                {
                    found.Add($"{Path.GetFileName(path)}: {member.Groups["name"].Value}");
                }
            }
        }

        members.Should().BeGreaterThan(20);
        found.Should().BeEmpty();
    }

    private static bool IsSource(string path) => !path.Replace('\\', '/').Contains("/obj/", StringComparison.Ordinal);

    [GeneratedRegex(
        @"^    (?:private|public|internal|protected)\b[^\n;=({]* (?<name>\w+NeedsLock)\b\s*"
        + @"(?:\([^{;]*?\))?\s*(?:=>|\{)\s*(?:get\s*\{\s*)?(?<first>\S*)",
        RegexOptions.Multiline)]
    private static partial Regex Members();

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
