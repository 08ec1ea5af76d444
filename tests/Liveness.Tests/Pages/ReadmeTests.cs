namespace Liveness.Tests.Pages;

/// <summary>The README is short, and begins with two commands.</summary>
public sealed class ReadmeTests
{
    private const int MostLines = 170;
    private const int MostWords = 1800;

    [Fact]
    public void It_is_short()
    {
        Page.Readme.Lines.Length.Should().BeLessThanOrEqualTo(MostLines + 1, "a last line feed begins one more");
        Page.Readme.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length.Should().BeLessThanOrEqualTo(MostWords);
    }

    /// <summary>The checks before anything lands read them from there.</summary>
    [Fact]
    public void Its_first_two_commands_are_the_demo_and_the_tests()
    {
        Page.Readme.Blocks.Where(static block => block.Language == "sh").Take(2).Select(static block => block.Text)
            .Should().Equal("dotnet run --project samples/PullTheCable\n", "dotnet test\n");
    }

    [Fact]
    public void It_names_every_package()
    {
        // Beside each other: what lies deeper is copied from a template, and somebody else's. Analyzers are packed into a package.
        string[] packages =
        [
            .. Directory.EnumerateDirectories(Path.Combine(Page.Root, "src")).SelectMany(static folder => Directory.EnumerateFiles(folder, "*.csproj"))
                .Where(static path => !File.ReadAllText(path).Contains("<IsPackable>false</IsPackable>"))
                .Select(static path => Path.GetFileNameWithoutExtension(path)),
        ];

        packages.Should().HaveCountGreaterThan(3);
        packages.Should().OnlyContain(static package => Page.Readme.Text.Contains($"| [`{package}`](src/{package}/README.md) |"));
    }
}
