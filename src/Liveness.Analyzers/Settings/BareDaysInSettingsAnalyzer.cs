using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Liveness.Analyzers;

/// <summary>LIV008 in appsettings.json: the host refuses it when it starts, and this does when it is written.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class BareDaysInSettingsAnalyzer : LivenessAnalyzer
{
    private const string Section = "Liveness";

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.BareDays];

    private protected override void Register(CompilationStartAnalysisContext context, KnownTypes types)
    {
        HashSet<string> durations = new(StringComparer.OrdinalIgnoreCase);
        AddDurations(types.LivenessOptions, types, durations);
        context.RegisterAdditionalFileAction(file => Look(file, durations));
    }

    private static void Look(AdditionalFileAnalysisContext context, HashSet<string> durations)
    {
        if (!IsSettings(Path.GetFileName(context.AdditionalFile.Path))
            || context.AdditionalFile.GetText(context.CancellationToken) is not { } text)
        {
            return;
        }

        foreach (JsonScalar scalar in JsonReader.Read(text.ToString()))
        {
            string key = scalar.Path[scalar.Path.Length - 1];
            if (scalar.Path.Length > 1 && scalar.Path[0].Equals(Section, StringComparison.OrdinalIgnoreCase)
                && durations.Contains(key) && Number(scalar.Text) is { } number)
            {
                Location location = Location.Create(context.AdditionalFile.Path, scalar.Span, text.Lines.GetLinePositionSpan(scalar.Span));
                context.ReportDiagnostic(Diagnostic.Create(
                    Rules.BareDays, location, string.Join(":", scalar.Path), scalar.Text, $"\"{TimeSpan.FromSeconds(number):c}\""));
            }
        }
    }

    private static bool IsSettings(string name) =>
        name.StartsWith("appsettings", StringComparison.OrdinalIgnoreCase) && name.EndsWith(".json", StringComparison.OrdinalIgnoreCase);

    /// <returns>Null = it is no bare number, or zero, which is the same in any unit.</returns>
    private static double? Number(string text) =>
        double.TryParse(text.Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number)
        && number is > 0 and < 1_000_000_000 ? number : null;

    /// <summary>The names of all settings that are durations.</summary>
    private static void AddDurations(INamedTypeSymbol? options, KnownTypes types, HashSet<string> durations)
    {
        foreach (IPropertySymbol property in options?.GetMembers().OfType<IPropertySymbol>() ?? [])
        {
            ITypeSymbol type = property.Type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable
                ? nullable.TypeArguments[0]
                : property.Type;
            if (KnownTypes.Is(type, types.TimeSpan))
            {
                durations.Add(property.Name);
            }
            else if (type is INamedTypeSymbol { TypeKind: TypeKind.Class } section
                && KnownTypes.IsOurs(section.ContainingAssembly) && section.Name.EndsWith("Options", StringComparison.Ordinal))
            {
                AddDurations(section, types, durations);
            }
        }
    }
}
