using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Liveness.Analyzers;

/// <summary>LIV007: what is made here, stays here, and is never disposed.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class NotDisposedAnalyzer : LivenessAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.NotDisposed];

    private protected override void Register(CompilationStartAnalysisContext context, KnownTypes types) => context.RegisterOperationAction(
        operation => Look(operation, types), OperationKind.ObjectCreation, OperationKind.Invocation);

    private static void Look(OperationAnalysisContext context, KnownTypes types)
    {
        if (Made(context.Operation, types) is { } type
            && Creation.Of(context.Operation) is { IsUsing: false } creation
            && (creation.Local is null ? KnownTypes.Is(type, types.HeartbeatStream) : KnownTypes.Is(creation.Local.Type, type))
            && LocalUses.Of(creation).Members is { } members
            && !members.Any(StreamMembers.Ends)
            && !(KnownTypes.Is(type, types.LivenessConnection) && members.Contains("Stream")))
        {
            context.ReportDiagnostic(Diagnostic.Create(Rules.NotDisposed, context.Operation.Syntax.GetLocation(), creation.Name));
        }
    }

    /// <returns>What must be disposed; null = nothing. What only friends can make is theirs.</returns>
    private static ITypeSymbol? Made(IOperation operation, KnownTypes types)
    {
        ITypeSymbol? type = operation switch
        {
            IObjectCreationOperation { Constructor.DeclaredAccessibility: Accessibility.Public } creation => creation.Type,
            IInvocationOperation invocation when IsMaker(invocation.TargetMethod) => invocation.Awaited().Type,
            _ => null,
        };
        return types.IsDisposable(type) && !(operation is IObjectCreationOperation && KnownTypes.Is(type, types.HeartbeatStream)
            && Creation.Of(operation)?.Local is null) ? type : null;
    }

    /// <summary>A method of Liveness itself: one of your own may keep what it returns.</summary>
    private static bool IsMaker(IMethodSymbol method) => method.ContainingAssembly?.Name == "Liveness"
        && method.Name is "Start" or "StartAsync" or "ConnectAsync" or "AttachAsync";
}
