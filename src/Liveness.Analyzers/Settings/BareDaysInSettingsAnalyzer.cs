using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Liveness.Analyzers;

/// <summary>LIV008 in appsettings.json: the host refuses it when it starts, and this does when it is written.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class BareDaysInSettingsAnalyzer : LivenessAnalyzer
{
    private const string Section = "Liveness:";

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.BareDays];

    private protected override void Register(CompilationStartAnalysisContext context, KnownTypes types)
    {
        HashSet<string> durations = DurationPaths.Of(types);
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
            string path = string.Join(":", scalar.Path);
            if (IsDuration(path, durations) && Number(scalar.Text) is { } number)
            {
                Location location = Location.Create(context.AdditionalFile.Path, scalar.Span, text.Lines.GetLinePositionSpan(scalar.Span));
                context.ReportDiagnostic(Diagnostic.Create(
                    Rules.BareDays, location, path, scalar.Text, $"\"{TimeSpan.FromSeconds(number):c}\""));
            }
        }
    }

    private static bool IsSettings(string name) =>
        name.StartsWith("appsettings", StringComparison.OrdinalIgnoreCase) && name.EndsWith(".json", StringComparison.OrdinalIgnoreCase);

    /// <summary>The whole path is a setting's, with a name before it or without. Others may keep settings there too.</summary>
    private static bool IsDuration(string path, HashSet<string> durations)
    {
        if (!path.StartsWith(Section, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        string below = path.Substring(Section.Length);
        return durations.Contains(below) || durations.Contains(below.Substring(below.IndexOf(':') + 1));
    }

    /// <returns>Null = it is no bare number, or zero, which is the same in any unit.</returns>
    private static double? Number(string text) =>
        double.TryParse(text.Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number)
        && number is > 0 and < 1_000_000_000 ? number : null;
}
