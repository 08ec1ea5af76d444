using Liveness.KeepAlive;
using Liveness.Tests.Configuration;
using Microsoft.Extensions.Configuration;

namespace Liveness.Tests.Pages;

/// <summary>The settings that pages show are valid, and the table names the defaults in force.</summary>
public sealed class ConfigurationPageTests
{
    private static readonly string s_page = Page.Doc("configuration.md").Text;

    [Theory]
    [InlineData("appsettings.json", "Liveness:Devices")]
    [InlineData("appsettings.json", "Liveness:Backend")]
    [InlineData("appsettings.Short.json", "Liveness:Devices")]
    [InlineData("appsettings.OnePort.json", "Liveness:Devices")]
    public void Every_section_of_the_files_is_valid_and_has_no_key_that_nobody_reads(string file, string section)
    {
        LivenessOptions options = new();

        SettingsReader.Apply(Entries(file, section), section, options).Should().BeEmpty();

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
        typeof(LivenessOptions).GetProperties().Should().OnlyContain(property => s_page.Contains($"| `{property.Name}` |") || s_page.Contains($"| `{property.Name}:"));
        typeof(LivenessSideChannelOptions).GetProperties().Should().OnlyContain(property => s_page.Contains($"`SideChannel:{property.Name}`"));
    }

    [Fact]
    public void Every_message_that_is_quoted_is_that_of_a_mistake()
    {
        string[] quoted = [.. Page.All.SelectMany(static page => page.Lines).Where(line => line.StartsWith("devices: ", StringComparison.Ordinal)).Select(line => line["devices: ".Length..])];
        string mistakes = Page.Doc("settings.md").Text;

        quoted.Should().NotBeEmpty().And.OnlyContain(message => mistakes.Contains($" | {message} |"));
        s_page.Should().Contain($"shows {Mistakes.Refused.Count} mistakes");
    }

    /// <summary>What is bound in another way takes what is misspelt for a default.</summary>
    [Fact]
    public void Nothing_that_is_shown_binds_in_a_lax_way()
    {
        IEnumerable<string> samples = Directory.EnumerateFiles(Path.Combine(Page.Root, "samples"), "*.cs", SearchOption.AllDirectories)
            .Where(path => !Path.GetRelativePath(Page.Root, path).Split(Path.DirectorySeparatorChar).Contains("obj"));
        IEnumerable<string> lines = samples.SelectMany(File.ReadLines).Concat(Page.All.SelectMany(static page => page.Lines));

        lines.Where(line => line.Contains("GetSection(") || line.Contains(".Get<Liveness") || line.Contains(".Bind(b") || line.Contains(".Bind(c")).Should().BeEmpty();
    }

    private static Dictionary<string, string?> Entries(string file, string section)
    {
        IConfigurationSection read = new ConfigurationBuilder().AddJsonFile(Path.Combine(Page.Root, "samples", "Snippets", file)).Build().GetSection(section);
        return read.AsEnumerable(makePathsRelative: true).Where(entry => entry.Value is not null).ToDictionary(entry => entry.Key, entry => entry.Value, SectionText.Comparer);
    }

    private static void Row(string option, object value) => s_page.Should().Contain($"| `{option}` | {value} |");
}
