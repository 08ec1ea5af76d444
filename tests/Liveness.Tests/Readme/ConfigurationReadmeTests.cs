using System.Runtime.CompilerServices;
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

        new ConfigurationBuilder().AddJsonFile(s_file).Build().GetSection(section).Bind(options, binder => binder.ErrorOnUnknownConfiguration = true);

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

    private static void Row(string option, object value) => s_readme.Should().Contain($"| `{option}` | {value} |");

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
