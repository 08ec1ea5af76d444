using System.Runtime.CompilerServices;
using Liveness.KeepAlive;
using Liveness.Tests.Configuration;
using Microsoft.Extensions.Configuration;

namespace Liveness.Tests.Readme;

/// <summary>The README's configuration: the file is a sample's, it is valid, and the table names the defaults in force.</summary>
public sealed class ConfigurationReadmeTests
{
    private static readonly string s_root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", ".."));
    private static readonly string s_readme = File.ReadAllText(Path.Combine(s_root, "README.md"));
    private static readonly string s_file = Path.Combine(s_root, "samples", "Snippets", "appsettings.json");

    [Fact]
    public void The_file_is_that_of_a_sample()
    {
        s_readme.Should().Contain($"```json\n{File.ReadAllText(s_file)}```");
    }

    [Theory]
    [InlineData("Liveness:Devices")]
    [InlineData("Liveness:Backend")]
    public void Every_section_of_the_file_is_valid_and_has_no_key_that_nobody_reads(string section)
    {
        LivenessOptions options = new();

        SettingsReader.Apply(Entries(section), section, options).Should().BeEmpty();

        LivenessOptionsRules.Check(options, KeepAlivePlatforms.Linux).Should().BeEmpty();
    }

    [Fact]
    public void The_table_names_every_option_with_its_default()
    {
        LivenessOptions options = new();

        Row("DetectWithin", options.DetectWithin);
        Row("Mode", options.Mode);
        Row("OnLoss", options.OnLoss);
        Row("KeepAlive", options.KeepAlive.Policy);
        Row("SideChannel:Listen", options.SideChannel.Listen ?? "null");
        Row("SideChannel:Connect", options.SideChannel.Connect ?? "null");
        typeof(LivenessOptions).GetProperties().Should().OnlyContain(property => s_readme.Contains($"| `{property.Name}` |") || s_readme.Contains($"| `{property.Name}:"));
        typeof(LivenessSideChannelOptions).GetProperties().Should().OnlyContain(property => s_readme.Contains($"`SideChannel:{property.Name}`"));
    }

    [Fact]
    public void Every_message_that_is_quoted_is_that_of_a_mistake()
    {
        string[] quoted = [.. s_readme.Split('\n').Where(line => line.StartsWith("devices: ", StringComparison.Ordinal)).Select(line => line["devices: ".Length..])];
        string page = File.ReadAllText(Path.Combine(s_root, "src", "Liveness", "docs", "settings.md"));

        quoted.Should().NotBeEmpty().And.OnlyContain(message => page.Contains($" | {message} |"));
        s_readme.Should().Contain($"shows {Mistakes.Refused.Count} mistakes");
    }

    /// <summary>What is bound in another way takes what is misspelt for a default.</summary>
    [Fact]
    public void Nothing_that_is_shown_binds_in_a_lax_way()
    {
        IEnumerable<string> samples = Directory.EnumerateFiles(Path.Combine(s_root, "samples"), "*.cs", SearchOption.AllDirectories);
        IEnumerable<string> pages = Directory.EnumerateFiles(Path.Combine(s_root, "src"), "*.md", SearchOption.AllDirectories);
        IEnumerable<string> lines = samples.Concat(pages).Append(Path.Combine(s_root, "README.md"))
            .Where(path => !Path.GetRelativePath(s_root, path).Split(Path.DirectorySeparatorChar).Contains("obj")).SelectMany(File.ReadLines);

        lines.Where(line => line.Contains("GetSection(") || line.Contains(".Get<Liveness") || line.Contains(".Bind(b") || line.Contains(".Bind(c")).Should().BeEmpty();
    }

    private static Dictionary<string, string?> Entries(string section)
    {
        IConfigurationSection read = new ConfigurationBuilder().AddJsonFile(s_file).Build().GetSection(section);
        return read.AsEnumerable(makePathsRelative: true).Where(entry => entry.Value is not null).ToDictionary(entry => entry.Key, entry => entry.Value, SectionText.Comparer);
    }

    private static void Row(string option, object value) => s_readme.Should().Contain($"| `{option}` | {value} |");

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
