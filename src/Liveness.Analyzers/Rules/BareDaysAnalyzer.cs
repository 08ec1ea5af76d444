using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Liveness.Analyzers;

/// <summary>LIV008 in code: days where seconds are meant.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class BareDaysAnalyzer : LivenessAnalyzer
{
    /// <summary>The number, in the properties of a diagnostic.</summary>
    internal const string NumberProperty = "Number";

    /// <summary>Days may be meant here: there is no limit, or a long one.</summary>
    private static readonly string[] s_unlimited =
        ["Idle", "IdleLimit", "Interval", "UserTimeout", "StalledAfter", "GraceTime", "RefreshEvery", "ClosedWindow"];

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.BareDays];

    private protected override void Register(CompilationStartAnalysisContext context, KnownTypes types)
    {
        context.RegisterOperationAction(operation => LookAtOption(operation, types), OperationKind.SimpleAssignment);
        context.RegisterOperationAction(operation => LookAtArgument(operation, types), OperationKind.Argument);
    }

    private static void LookAtOption(OperationAnalysisContext context, KnownTypes types)
    {
        ISimpleAssignmentOperation assignment = (ISimpleAssignmentOperation)context.Operation;
        if (assignment.Target is IPropertyReferenceOperation { Property: { } property }
            && property.ContainingType.Name.EndsWith("Options", StringComparison.Ordinal)
            && KnownTypes.IsOurs(property.ContainingAssembly))
        {
            Report(context, assignment.Value, property.Name, types);
        }
    }

    private static void LookAtArgument(OperationAnalysisContext context, KnownTypes types)
    {
        IArgumentOperation argument = (IArgumentOperation)context.Operation;
        if (argument.Parameter is { Name: "detectWithin" or "reconnectAfter" } parameter && KnownTypes.IsOurs(parameter.ContainingAssembly))
        {
            Report(context, argument.Value, parameter.Name, types);
        }
    }

    private static void Report(OperationAnalysisContext context, IOperation value, string name, KnownTypes types)
    {
        IOperation bare = value.Bare();
        if (KnownTypes.Is(bare.Type, types.TimeSpan) && Days(bare, isLimited: !s_unlimited.Contains(name)) is { } days)
        {
            string number = days.ToString(CultureInfo.InvariantCulture);
            context.ReportDiagnostic(Diagnostic.Create(
                Rules.BareDays,
                value.Syntax.GetLocation(),
                ImmutableDictionary<string, string?>.Empty.Add(NumberProperty, number),
                name, number, $"TimeSpan.FromSeconds({number})"));
        }
    }

    private static long? Days(IOperation value, bool isLimited) => value switch
    {
        IInvocationOperation { TargetMethod.Name: "Parse" or "ParseExact" } call => Number(call.Arguments.FirstOrDefault()?.Value),
        IInvocationOperation { TargetMethod.Name: "FromDays" } call when isLimited => TooMany(call.Arguments.Argument("value")
            ?? call.Arguments.Argument("days")),
        IObjectCreationOperation { Arguments.Length: >= 4 } creation when isLimited => TooMany(creation.Arguments.Argument("days")),
        _ => null,
    };

    /// <summary>A text that is a number, and so is taken for days.</summary>
    private static long? Number(IOperation? value) => value?.ConstantValue is { HasValue: true, Value: string text }
        && long.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out long days) && days > 0
            ? days
            : null;

    /// <summary>More than one day, which no such option allows.</summary>
    private static long? TooMany(IOperation? value) => value?.ConstantValue switch
    {
        { HasValue: true, Value: int and > 1 and int days } => days,
        { HasValue: true, Value: double and > 1 and double days } when Math.Floor(days) == days => (long)days,
        _ => null,
    };
}
