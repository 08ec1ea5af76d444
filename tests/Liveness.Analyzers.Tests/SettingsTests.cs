using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Liveness.Analyzers.Tests;

/// <summary>Durations in appsettings.json.</summary>
public sealed class SettingsTests
{
    private const string Staged = "appsettings.LIV008.json";

    public static TheoryData<string> DurationsOfTheSchema => [.. Durations()];

    [Fact]
    public async Task Every_bare_number_is_found_where_it_stands()
    {
        string text = await File.ReadAllTextAsync(Path.Combine(StagedFiles.Folder, Staged));
        string[] lines = text.Split('\n');

        Diagnostic[] found = await OfAsync(Staged, text);

        found.Should().OnlyContain(static one => one.Id == "LIV008");
        found.Select(one => lines[one.Location.GetLineSpan().StartLinePosition.Line].Trim()).Should().BeEquivalentTo(
            "\"DetectWithin\": 30,", "\"Heartbeat\": { \"HandshakeTimeout\": \"10\", \"ReceiveWindow\": 131072 },", "\"SideChannel\": { \"Client\": { \"Linger\": 2.5 } }");
        found.Select(static one => one.GetMessage()).Should().Contain(
            "Liveness:Devices:DetectWithin is set to 30 day(s), because a bare number counts days. Write \"00:00:30\" if you mean seconds.");
    }

    [Theory]
    [InlineData("appsettings.json", """{ "Liveness": { "Devices": { "DetectWithin": "00:00:30", "Heartbeat": { "ReceiveWindow": 131072 } } } }""")]
    [InlineData("appsettings.json", """{ "Other": { "DetectWithin": 30 } }""")]
    [InlineData("appsettings.json", """{ "Liveness": { "DetectWithin": "Infinite", "SideChannel": { "Client": { "Linger": 0 } } } }""")]
    [InlineData("appsettings.json", """{ "Liveness": { /* "DetectWithin": 30, */ "Name": "DetectWithin: 30" } }""")]
    [InlineData("appsettings.json", """{ "Liveness": { "DetectWithin": """)]
    [InlineData("appsettings.json", """}}]{ "Liveness": "\""")]
    [InlineData("appsettings.json", "")]
    [InlineData("appsettings.json", """{ "Liveness": { "Bridge": { "Interval": 5, "UserTimeout": "7", "Linger": 2 } } }""")]
    [InlineData("appsettings.json", """{ "Liveness": { "Interval": 5, "Bridge": { "Heartbeat": { "Linger": 5 }, "Retry": { "DetectWithin": 5 } } } }""")]
    [InlineData("appsettings.json", """{ "Liveness": { "Bridge": [ { "DetectWithin": 5 } ] } }""")]
    [InlineData("other.json", """{ "Liveness": { "DetectWithin": 30 } }""")]
    public async Task What_is_no_bare_number_of_a_duration_is_not_reported(string name, string text)
    {
        (await OfAsync(name, text)).Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(DurationsOfTheSchema))]
    public async Task Every_duration_of_the_schema_is_known_with_a_name_and_without(string path)
    {
        (await OfAsync("appsettings.json", $$"""{ "Liveness": { "{{path}}": 5 } }""")).Should().ContainSingle();
        (await OfAsync("appsettings.json", $$"""{ "liveness:devices": { "{{path.ToLowerInvariant()}}": "5" } }""")).Should().ContainSingle();
    }

    [Fact]
    public void No_duration_is_known_that_the_schema_does_not_have()
    {
        CSharpCompilation compilation = CSharpCompilation.Create("Empty", references: Analysis.References);

        DurationPaths.Of(KnownTypes.Of(compilation)!).Should().BeEquivalentTo(Durations());
    }

    [Fact]
    public async Task Code_that_does_not_know_Liveness_is_left_alone()
    {
        MetadataReference[] others = [.. Analysis.References.Where(static one => !Path.GetFileName(((PortableExecutableReference)one).FilePath!).StartsWith("Liveness", StringComparison.Ordinal))];
        const string Code = "class C { bool IsAlive(System.Net.Sockets.Socket socket) => socket.Connected; }";

        (await Analysis.OfAsync(Code, [new SettingsFile("appsettings.json", """{ "Liveness": { "DetectWithin": 30 } }""")], others)).Should().BeEmpty();
        (await Analysis.OfAsync(Code)).Should().ContainSingle();
    }

    private static Task<Diagnostic[]> OfAsync(string name, string text) => Analysis.OfAsync("class C;", [new SettingsFile(name, text)]);

    private static IEnumerable<string> Durations()
    {
        string schema = File.ReadAllText(Path.Combine(StagedFiles.Root, "src", "Liveness", "Configuration", "ConfigurationSchema.json"));
        return [.. Durations(JsonElement.Parse(schema).GetProperty("definitions").GetProperty("livenessSettings"), "")];
    }

    /// <summary>What matches a duration, and no bare number.</summary>
    private static IEnumerable<string> Durations(JsonElement section, string prefix) => section.GetProperty("properties").EnumerateObject().SelectMany(setting =>
        setting.Value.TryGetProperty("properties", out _) ? Durations(setting.Value, $"{prefix}{setting.Name}:")
        : setting.Value.TryGetProperty("pattern", out JsonElement pattern) && Regex.IsMatch("00:00:30", pattern.GetString()!) && !Regex.IsMatch("x", pattern.GetString()!) && !Regex.IsMatch("1", pattern.GetString()!) ? [prefix + setting.Name]
        : Enumerable.Empty<string>());
}
