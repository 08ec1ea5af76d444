using System.Text.Json;

namespace Liveness.Tool.Conformance;

/// <summary>The report as one JSON document; <c>version</c> changes when a field changes its meaning.</summary>
internal sealed record JsonForm(int Version, string Testee, double Seconds, JsonCase[] Cases)
{
    public static string Of(ConformanceReport report) => JsonSerializer.Serialize(
        new JsonForm(1, report.Testee, report.Took.TotalSeconds, [.. report.Results.Select(JsonCase.Of)]),
        ConformanceJsonContext.Default.JsonForm) + "\n";
}
