using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Liveness.Analyzers;

/// <summary>LIV006: something is watched, and nobody hears what comes of it.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class UnobservedEndAnalyzer : LivenessAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.UnobservedEnd];

    private protected override void Register(CompilationStartAnalysisContext context, KnownTypes types) => context.RegisterOperationAction(
        operation => Look(operation, types), OperationKind.ObjectCreation, OperationKind.Invocation);

    private static void Look(OperationAnalysisContext context, KnownTypes types)
    {
        if (IsWatching(context.Operation, types)
            && Creation.Of(context.Operation) is { } creation
            && LocalUses.Of(creation).Members is { } members
            && members.All(StreamMembers.TellsNoEnd)
            && (types.IsWatch(context.Operation.Type) || IsLeftAlone(context.Operation, creation, members))
            && !IsHeardElsewhere(context.Operation.Root())
            && !HasMore(context.Operation.Root(), types))
        {
            context.ReportDiagnostic(Diagnostic.Create(Rules.UnobservedEnd, context.Operation.Syntax.GetLocation(), creation.Name));
        }
    }

    private static bool IsWatching(IOperation operation, KnownTypes types) => operation switch
    {
        IObjectCreationOperation => KnownTypes.Is(operation.Type, types.HeartbeatStream),
        IInvocationOperation { TargetMethod: { ContainingAssembly.Name: "Liveness", Name: "Start" or "StartAsync" } } =>
            types.IsWatch(operation.Type) || KnownTypes.Is(operation.Awaited().Type, types.HeartbeatStream),

        // A side channel from elsewhere may tell of its losses there.
        IInvocationOperation { TargetMethod: { ContainingAssembly.Name: "Liveness", Name: "Watch" } } watch =>
            types.IsWatch(operation.Type) && watch.Instance?.Bare() is ILocalReferenceOperation,
        _ => false,
    };

    /// <summary>A heartbeat stream that is not even started is told of by LIV001, and one that nobody keeps by LIV007. Whoever ends it by
    /// hand decides over its end.</summary>
    private static bool IsLeftAlone(IOperation operation, Creation creation, HashSet<string> members) =>
        creation.Local is not null
        && (operation is IInvocationOperation || members.Contains("StartAsync"))
        && !members.Any(StreamMembers.Ends);

    /// <summary>Both ends of a connection, or two of a relay: the end of one is learned from the other.</summary>
    private static bool HasMore(IOperation root, KnownTypes types) => root.Descendants().Count(operation => operation switch
    {
        IObjectCreationOperation => KnownTypes.Is(operation.Type, types.HeartbeatStream),
        IInvocationOperation { TargetMethod: { ContainingAssembly.Name: "Liveness" } method } =>
            method.Name is "AttachAsync" or "WatchAsync" || types.IsWatch(method.ReturnType)
            || (method is { IsStatic: true, Name: "StartAsync" } && KnownTypes.Is(method.ContainingType, types.HeartbeatStream)),
        _ => false,
    }) > 1;

    /// <summary>A logger tells of every loss, a side channel of all that it watches.</summary>
    private static bool IsHeardElsewhere(IOperation root) => root.Descendants().Any(static operation => operation switch
    {
        IEventReferenceOperation @event => @event.Event.Name == "PeerLost",
        IAssignmentOperation { Target: IPropertyReferenceOperation target } => target.Property.Name is "Logger" or "MeterFactory",
        _ => false,
    });
}
