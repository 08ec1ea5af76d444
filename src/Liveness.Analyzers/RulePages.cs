using System.Reflection;

namespace Liveness.Analyzers;

/// <summary>Where people read about a rule.</summary>
internal static class RulePages
{
    private static readonly string s_folder = typeof(RulePages).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(static data => data.Key == "RulePages")?.Value ?? "";

    /// <returns>Empty where the repository that this was built from has no address on the web.</returns>
    public static string Of(string id) => s_folder.Length == 0 ? "" : $"{s_folder}{id}.md";
}
