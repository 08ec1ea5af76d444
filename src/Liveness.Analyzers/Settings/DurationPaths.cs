using Microsoft.CodeAnalysis;

namespace Liveness.Analyzers;

/// <summary>The settings that are durations, such as "KeepAlive:Interval", as the options of this version of Liveness have them.</summary>
internal static class DurationPaths
{
    /// <returns>Without the name of the settings, and without the section that all names are in.</returns>
    public static HashSet<string> Of(KnownTypes types)
    {
        HashSet<string> paths = new(StringComparer.OrdinalIgnoreCase);
        Add(types.LivenessOptions, "", types, paths);
        return paths;
    }

    private static void Add(INamedTypeSymbol? options, string prefix, KnownTypes types, HashSet<string> paths)
    {
        foreach (IPropertySymbol property in options?.GetMembers().OfType<IPropertySymbol>() ?? [])
        {
            ITypeSymbol type = property.Type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable
                ? nullable.TypeArguments[0]
                : property.Type;
            if (KnownTypes.Is(type, types.TimeSpan))
            {
                paths.Add(prefix + property.Name);
            }
            else if (type is INamedTypeSymbol { TypeKind: TypeKind.Class } section
                && KnownTypes.IsOurs(section.ContainingAssembly) && section.Name.EndsWith("Options", StringComparison.Ordinal))
            {
                Add(section, $"{prefix}{property.Name}:", types, paths);
            }
        }
    }
}
