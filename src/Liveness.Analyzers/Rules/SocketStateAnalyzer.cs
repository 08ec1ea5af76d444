using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Liveness.Analyzers;

/// <summary>LIV005: what a socket remembers of its last operation decides over the peer.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class SocketStateAnalyzer : LivenessAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.SocketState];

    private protected override void Register(CompilationStartAnalysisContext context, KnownTypes types)
    {
        context.RegisterOperationAction(operation => LookAtConnected(operation, types), OperationKind.PropertyReference);
        context.RegisterOperationAction(operation => LookAtPoll(operation, types), OperationKind.Binary);
    }

    private static void LookAtConnected(OperationAnalysisContext context, KnownTypes types)
    {
        IPropertyReferenceOperation reference = (IPropertyReferenceOperation)context.Operation;
        if (reference.Property.Name == "Connected"
            && (KnownTypes.Is(reference.Property.ContainingType, types.Socket)
                || KnownTypes.Is(reference.Property.ContainingType, types.TcpClient))
            && SocketQuestion.IsAboutPeer(reference, context.ContainingSymbol))
        {
            string name = $"{reference.Property.ContainingType.Name}.Connected";
            context.ReportDiagnostic(Diagnostic.Create(Rules.SocketState, reference.Syntax.GetLocation(), name));
        }
    }

    private static void LookAtPoll(OperationAnalysisContext context, KnownTypes types)
    {
        IBinaryOperation both = (IBinaryOperation)context.Operation;
        if (both.OperatorKind is BinaryOperatorKind.ConditionalAnd or BinaryOperatorKind.ConditionalOr or BinaryOperatorKind.And
            && IsPoll(both.LeftOperand, types) != IsPoll(both.RightOperand, types)
            && IsAvailable(both.LeftOperand, types) != IsAvailable(both.RightOperand, types))
        {
            context.ReportDiagnostic(Diagnostic.Create(Rules.SocketState, both.Syntax.GetLocation(), "Socket.Poll with Available"));
        }
    }

    private static bool IsPoll(IOperation operation, KnownTypes types) => Positive(operation) is IInvocationOperation
    {
        TargetMethod: { Name: "Poll" } method,
    } call && KnownTypes.Is(method.ContainingType, types.Socket)
        && call.Arguments.Argument("mode") is { ConstantValue: { HasValue: true, Value: 0 } };

    private static bool IsAvailable(IOperation operation, KnownTypes types) => Positive(operation) is IBinaryOperation compared
        && (IsAvailableItself(compared.LeftOperand, types) || IsAvailableItself(compared.RightOperand, types));

    private static bool IsAvailableItself(IOperation operation, KnownTypes types) => operation.Bare() is IPropertyReferenceOperation
    {
        Property: { Name: "Available" } property,
    } && (KnownTypes.Is(property.ContainingType, types.Socket) || KnownTypes.Is(property.ContainingType, types.TcpClient));

    private static IOperation Positive(IOperation operation)
    {
        IOperation bare = operation.Bare();
        return bare is IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } not ? not.Operand.Bare() : bare;
    }
}
