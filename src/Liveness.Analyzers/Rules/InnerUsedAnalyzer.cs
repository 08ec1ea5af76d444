using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Liveness.Analyzers;

/// <summary>LIV002 and LIV003: what is wrapped is read, written or wrapped again, behind the wrapper's back.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class InnerUsedAnalyzer : LivenessAnalyzer
{
    /// <summary>Of the wrapper, in the properties of a diagnostic: code fixes put it in.</summary>
    internal const string WrapperProperty = "Wrapper";

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.InnerUsed, Rules.WrappedTwice];

    private protected override void Register(CompilationStartAnalysisContext context, KnownTypes types) => context.RegisterOperationAction(
        operation => Look(operation, types), OperationKind.ObjectCreation, OperationKind.Invocation);

    private static void Look(OperationAnalysisContext context, KnownTypes types)
    {
        IOperation operation = context.Operation;
        if (Wrapping.Of(operation, types) is { } again)
        {
            if (Before(operation, again.Inner, types) is not null)
            {
                context.ReportDiagnostic(Diagnostic.Create(Rules.WrappedTwice, operation.Syntax.GetLocation(), again.Inner.Name));
            }
        }
        else if (InnerUse.Of(operation, types) is { } used
            && Wrapping.InnerOf(used, types) is { } inner
            && Before(operation, inner, types) is { } wrapping)
        {
            Report(context, wrapping, used);
        }
    }

    /// <summary>The wrapping of the same connection that comes before, and has not let go of it.</summary>
    private static Wrapping? Before(IOperation operation, ISymbol inner, KnownTypes types) => operation.Root().Descendants()
        .Select(one => Wrapping.Of(one, types))
        .FirstOrDefault(wrapping => wrapping is { LeavesOpen: false }
            && SymbolEqualityComparer.Default.Equals(wrapping.Inner, inner)
            && wrapping.Operation.Following().Contains(operation)
            && !IsReplaced(wrapping));

    private static void Report(OperationAnalysisContext context, Wrapping wrapping, IOperation used)
    {
        string? wrapper = Creation.Of(wrapping.Operation)?.Local?.Name;
        context.ReportDiagnostic(Diagnostic.Create(
            Rules.InnerUsed,
            used.Syntax.GetLocation(),
            ImmutableDictionary<string, string?>.Empty.Add(WrapperProperty, wrapper),
            wrapping.Inner.Name,
            wrapper is null ? "the wrapper" : $"'{wrapper}'"));
    }

    /// <summary>The variable may hold another connection then.</summary>
    private static bool IsReplaced(Wrapping wrapping) => wrapping.Operation.Root().Descendants().Any(operation => operation switch
    {
        IAssignmentOperation assignment => SymbolEqualityComparer.Default.Equals(Variable(assignment.Target), wrapping.Inner),
        IArgumentOperation { Parameter.RefKind: RefKind.Ref or RefKind.Out } argument =>
            SymbolEqualityComparer.Default.Equals(Variable(argument.Value), wrapping.Inner),
        _ => false,
    });

    private static ISymbol? Variable(IOperation operation) => operation switch
    {
        ILocalReferenceOperation local => local.Local,
        IParameterReferenceOperation parameter => parameter.Parameter,
        _ => null,
    };
}
