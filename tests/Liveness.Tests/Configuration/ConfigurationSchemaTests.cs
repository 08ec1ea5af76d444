using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;

namespace Liveness.Tests.Configuration;

/// <summary>The schema that editors complete and check appsettings.json by.</summary>
public sealed class ConfigurationSchemaTests
{
    private const string AcceptVariable = "LIVENESS_ACCEPT_SCHEMA";

    private static readonly string s_root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", ".."));
    private static readonly string s_file = Path.Combine(s_root, "src", "Liveness", "Configuration", "ConfigurationSchema.json");
    private static readonly Lazy<JsonSchema> s_schema = new(() => JsonSchema.FromText(File.ReadAllText(s_file)));

    /// <summary>They depend on what else stands in the file, or in the program, or on the length of a duration.</summary>
    private static readonly string[] s_beyondSchemas =
    [
        "a path as an environment variable spells it",
        "a section that does not exist",
        "a misspelt section of the file",
        "a section one level too high",
        "a key twice",
        "zero",
        "too long",
        "too short",
        "a kernel that can't be that quick",
        "a kernel without a limit",
        "a part that is slower than the whole",
        "two that contradict each other",
        "neither end of a side channel",
        "both ends of a side channel",
        "a secret that is too short",
        "keepalive beside a side channel",
    ];

    /// <summary>An editor wants what everybody spells in the same way; the host takes what can't mean anything else.</summary>
    private static readonly string[] s_forHostsOnly =
    [
        "upper and lower case",
        "spaces around a value",
        "a number as a text",
        "true as a text",
        "null: the default",
        "an empty text for what may be null",
        "an empty section in place of a value: null, as the configuration has it",
        "a path with colons",
    ];

    public static TheoryData<string> Caught => [.. Mistakes.Refused.Select(mistake => mistake.What).Except(s_beyondSchemas)];

    public static TheoryData<string> Passed => [.. Mistakes.Accepted.Select(one => one.What).Except(s_forHostsOnly)];

    public static TheoryData<string> Paths => [.. SettingTable.All.Select(setting => setting.Path)];

    [Fact]
    public void The_file_is_written_from_the_table_that_settings_are_read_by()
    {
        string actual = SchemaText.Render();
        if (Environment.GetEnvironmentVariable(AcceptVariable) == "1")
        {
            File.WriteAllText(s_file, actual);
        }

        File.ReadAllText(s_file).ReplaceLineEndings("\n").Should().Be(actual, $"where a change is meant, run this test once with {AcceptVariable}=1 and commit the file");
    }

    [Theory]
    [MemberData(nameof(Caught))]
    public void A_mistake_is_seen_while_it_is_typed(string what)
    {
        Accepts(Mistakes.File(Mistakes.Refused.Single(mistake => mistake.What == what).Json)).Should().BeFalse();
    }

    [Theory]
    [MemberData(nameof(Passed))]
    public void What_is_right_is_not_marked(string what)
    {
        Accepts(Mistakes.File(Mistakes.Accepted.Single(one => one.What == what).Json)).Should().BeTrue();
    }

    [Fact]
    public void What_is_beyond_a_schema_is_what_it_lets_pass()
    {
        s_beyondSchemas.Should().BeSubsetOf(Mistakes.Refused.Select(mistake => mistake.What));
        Mistakes.Refused.Where(mistake => s_beyondSchemas.Contains(mistake.What) && mistake.What != "a key twice").Should().OnlyContain(mistake => Accepts(Mistakes.File(mistake.Json)));
        Mistakes.Accepted.Where(one => s_forHostsOnly.Contains(one.What)).Should().OnlyContain(one => !Accepts(Mistakes.File(one.Json)));
    }

    [Theory]
    [InlineData("Snippets/appsettings.json")]
    [InlineData("Snippets/appsettings.Short.json")]
    [InlineData("Snippets/appsettings.OnePort.json")]
    [InlineData("DeviceGateway/appsettings.json")]
    [InlineData("WebQuickStart/appsettings.json")]
    public void The_samples_files_are_valid(string file)
    {
        Accepts(File.ReadAllText(Path.Combine(s_root, "samples", file))).Should().BeTrue();
    }

    /// <summary>What an editor proposes, the host takes.</summary>
    [Theory]
    [MemberData(nameof(Paths))]
    public void The_default_in_the_schema_is_read_as_the_default(string path)
    {
        Setting setting = SettingTable.Find(path)!;
        JsonNode? value = path.Split(':').Aggregate(JsonNode.Parse(File.ReadAllText(s_file))!["definitions"]!["livenessSettings"]!, (section, key) => section["properties"]![key]!)["default"];
        LivenessOptions options = new();

        setting.TrySet(options, value?.ToString()).Should().BeNull();

        setting.IsSame(options, new LivenessOptions()).Should().BeTrue();
    }

    [Theory]
    [InlineData("""{ "Liveness": { "DetectWithin": "00:00:05", "Heartbeat": { "RequireBound": true } } }""", true)]
    [InlineData("""{ "Liveness": { "DetectWithin": "5s" } }""", false)]
    [InlineData("""{ "Liveness": { "DetectWithn": "00:00:05" } }""", false)]
    [InlineData("""{ "Logging": { "LogLevel": { "Default": "Information" } }, "AllowedHosts": "*" }""", true)]
    public void Settings_without_a_name_are_known_and_the_rest_of_the_file_is_nobody_s_business(string json, bool isValid)
    {
        Accepts(json).Should().Be(isValid);
    }

    private static bool Accepts(string json) =>
        s_schema.Value.Evaluate(JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip })).IsValid;

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
