using System.Text.Json.Nodes;

namespace Liveness.AspNetCore.Tests.Browser;

/// <summary>axe-core, the accessibility checker, which .ci/browser fetches: it is not part of the repository.</summary>
internal static class Axe
{
    public const string Variable = "LIVENESS_AXE";

    /// <summary>Null = it was not fetched.</summary>
    public static string? File { get; } = Environment.GetEnvironmentVariable(Variable);

    /// <summary>Of all of its rules, best practices included.</summary>
    /// <returns>A line for each violation, with the first elements that it is about.</returns>
    public static async Task<IReadOnlyList<string>> ViolationsAsync(BrowserPage page)
    {
        await page.EvaluateAsync(await System.IO.File.ReadAllTextAsync(File!) + "\n;0");
        JsonArray violations = (await page.EvaluateAsync("""
            axe.run(document).then(result => result.violations.map(v =>
              `${v.id} (${v.impact}): ${v.help}: ${v.nodes.length} × ${v.nodes.slice(0, 2).map(n => n.html.slice(0, 200) + ' ' + n.failureSummary).join(' | ')}`))
            """))!.AsArray();
        return [.. violations.Select(violation => violation!.GetValue<string>())];
    }
}
