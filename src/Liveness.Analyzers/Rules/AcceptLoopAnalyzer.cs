using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Liveness.Analyzers;

/// <summary>LIV004: one peer that is slow to introduce itself holds up all others.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class AcceptLoopAnalyzer : LivenessAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.StartInAcceptLoop];

    private protected override void Register(CompilationStartAnalysisContext context, KnownTypes types) =>
        context.RegisterOperationAction(operation => Look(operation, types), OperationKind.Await);

    private static void Look(OperationAnalysisContext context, KnownTypes types)
    {
        IAwaitOperation await = (IAwaitOperation)context.Operation;
        if (Started(await) is { } start
            && IsHandshake(start.TargetMethod)
            && await.Loop() is { } loop
            && (AcceptsEach(loop) || Accepts(loop, await.Function(), types))
            && !LeavesLoop(await))
        {
            context.ReportDiagnostic(Diagnostic.Create(Rules.StartInAcceptLoop, await.Syntax.GetLocation()));
        }
    }

    private static IInvocationOperation? Started(IAwaitOperation await) => await.Operation.Bare() switch
    {
        IInvocationOperation { TargetMethod.Name: "ConfigureAwait", Instance: { } task } => task.Bare() as IInvocationOperation,
        IInvocationOperation invocation => invocation,
        _ => null,
    };

    private static bool IsHandshake(IMethodSymbol method) =>
        method is { ContainingAssembly.Name: "Liveness", Name: "StartAsync" or "AttachAsync" };

    private static bool Accepts(ILoopOperation loop, IOperation? function, KnownTypes types) =>
        loop.Descendants().OfType<IInvocationOperation>().Any(call =>
            call.TargetMethod.Name.StartsWith("Accept", StringComparison.Ordinal)
            && (KnownTypes.Is(call.TargetMethod.ContainingType, types.Socket)
                || KnownTypes.Is(call.TargetMethod.ContainingType, types.TcpListener)
                || call.TargetMethod.ContainingAssembly?.Name == "Liveness")
            && call.Function() == function);

    /// <summary>Its source is a method that accepts, whoever wrote it: await foreach over what AcceptAllAsync yields.</summary>
    private static bool AcceptsEach(ILoopOperation loop) => loop is IForEachLoopOperation { IsAsynchronous: true } each
        && each.Collection.DescendantsAndSelf().OfType<IInvocationOperation>().Any(static call =>
            call.TargetMethod.Name.StartsWith("Accept", StringComparison.Ordinal));

    /// <summary>It accepts one connection only: what looks like a loop tries again after a failure.</summary>
    private static bool LeavesLoop(IOperation operation)
    {
        IOperation? at = operation;
        while (at?.Parent is not (null or IBlockOperation))
        {
            at = at.Parent;
        }

        return at is IReturnOperation || (at?.Parent is IBlockOperation block && block.Operations.Any(static one =>
            one is IReturnOperation or IBranchOperation { BranchKind: BranchKind.Break } or IThrowOperation));
    }
}
