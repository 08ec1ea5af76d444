using System.Runtime.CompilerServices;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using Liveness.Testing;

namespace Liveness.AspNetCore.Tests.Status;

/// <summary>The page about the status page tells every property of the JSON, with its type, and every parameter.</summary>
public sealed partial class StatusPageDocsTests
{
    private static readonly string s_page =
        File.ReadAllText(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", "..", "src", "Liveness.AspNetCore", "docs", "status-page.md")).ReplaceLineEndings("\n");

    [Theory]
    [InlineData("The whole", typeof(StatusReport))]
    [InlineData("`counts`", typeof(StatusCounts))]
    [InlineData("`lossTotals`", typeof(StatusTotals))]
    [InlineData("`lastHour`", typeof(StatusMinute))]
    [InlineData("`connections`", typeof(StatusConnection))]
    [InlineData("`lossGroups`", typeof(StatusLossGroup))]
    [InlineData("`losses`", typeof(StatusLoss))]
    [InlineData("`advice`", typeof(StatusAdvice))]
    [InlineData("`shorter`", typeof(StatusShorterBound))]
    public void Every_property_of_the_JSON_stands_there_with_its_type(string heading, Type type)
    {
        string section = s_page[s_page.IndexOf($"### {heading}\n", StringComparison.Ordinal)..];
        section = section[..section.IndexOf("\n##", 5, StringComparison.Ordinal)];
        string[] told = [.. Row().Matches(section).Select(row => $"{row.Groups[1].Value}: {row.Groups[2].Value}")];

        told.Should().Equal(StatusJson.Default.GetTypeInfo(type)!.Properties.Where(property => property.Get is not null)
            .Select(property => $"{property.Name}: {NameOf(property)}"));
    }

    [Fact]
    public void Every_measurement_of_a_loss_is_in_the_JSON_by_the_name_of_its_property()
    {
        IEnumerable<string> measured = typeof(LossEvidence).GetProperties().Select(property => property.Name)
            .Where(name => name is not (nameof(LossEvidence.IncidentId) or nameof(LossEvidence.Kernel)));
        IEnumerable<string> ofKernel = typeof(KeepAlive.TcpInfoSnapshot).GetProperties().Select(property => "Kernel" + property.Name);

        string[] keys =
        [
            .. EvidenceText.Of(Losses.HeartbeatTimedOut(evidence: StagedLoss.AllEvidence()))
                .Select(fact => Unit().Replace(char.ToUpperInvariant(fact.Key[0]) + fact.Key[1..], "")),
        ];

        keys.Should().OnlyHaveUniqueItems();
        keys.Where(key => !key.StartsWith("Kernel", StringComparison.Ordinal)).Should().BeEquivalentTo(measured);
        keys.Where(key => key.StartsWith("Kernel", StringComparison.Ordinal)).Should().NotBeEmpty().And.BeSubsetOf(ofKernel);
    }

    [Fact]
    public void Every_parameter_of_the_address_stands_there()
    {
        string[] parameters = [.. typeof(StatusQueryText).GetFields().Where(field => field.IsLiteral && field.Name != nameof(StatusQueryText.List))
            .Select(field => (string)field.GetRawConstantValue()!)];

        parameters.Should().HaveCount(10).And.OnlyContain(name => s_page.Contains($"\n| `{name}` |"));
        StateFilter.All.Should().OnlyContain(state => s_page.Contains($"`{state}`"));
        Enum.GetNames<ConnectionSort>().Concat(Enum.GetNames<LossSort>()).Should().OnlyContain(sort => s_page.Contains($"`{sort.ToLowerInvariant()}`"));
    }

    private static string NameOf(JsonPropertyInfo property)
    {
        Type type = property.PropertyType;
        bool isNullable = Nullable.GetUnderlyingType(type) is not null || property.IsGetNullable && !type.IsValueType;
        type = Nullable.GetUnderlyingType(type) ?? type;
        string name = type == typeof(string) ? "string"
            : type == typeof(DateTimeOffset) ? "time"
            : type == typeof(bool) ? "boolean"
            : type.IsPrimitive ? "number"
            : property.CustomConverter is not null || type.Name.Contains("Dictionary") || type.Name is nameof(StatusCounts) or nameof(StatusTotals) ? "object"
            : "array";
        return isNullable ? name + " or null" : name;
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;

    [GeneratedRegex(@"(?m)^\| `(\w+)` \| ([\w ]+) \|")]
    private static partial Regex Row();

    [GeneratedRegex("(Seconds|Hex)$")]
    private static partial Regex Unit();
}
