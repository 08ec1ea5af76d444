using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Liveness.Analyzers;

/// <summary>LIV001: a wrapper that nobody starts, reads or writes, so that nothing ever moves.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class NeverStartedAnalyzer : LivenessAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.NeverStarted];

    private protected override void Register(CompilationStartAnalysisContext context, KnownTypes types) =>
        context.RegisterOperationAction(operation => Look(operation, types), OperationKind.ObjectCreation);

    private static void Look(OperationAnalysisContext context, KnownTypes types)
    {
        if (KnownTypes.Is(context.Operation.Type, types.HeartbeatStream)
            && Creation.Of(context.Operation) is { } creation
            && LocalUses.Of(creation).Members is { } members
            && members.All(StreamMembers.StartsNothing))
        {
            context.ReportDiagnostic(Diagnostic.Create(Rules.NeverStarted, context.Operation.Syntax.GetLocation(), creation.Name));
        }
    }
}
