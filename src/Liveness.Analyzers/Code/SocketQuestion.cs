using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Liveness.Analyzers;

/// <summary>What a program asks when it reads Socket.Connected: whether the peer is there, or what this end has done so far.</summary>
internal static class SocketQuestion
{
    private static readonly string[] s_promises = ["Alive", "Dead", "Lost", "Healthy", "Connected", "CheckConnection"];

    /// <summary>What is done next depends on the answer, and is about the peer.</summary>
    public static bool IsAboutPeer(IPropertyReferenceOperation connected, ISymbol member)
    {
        bool isPositive = true;
        IOperation value = connected.Whole();
        while (value.Parent is IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } or IBinaryOperation)
        {
            isPositive ^= Negates(value.Parent);
            value = value.Parent.Whole();
        }

        return value.Parent switch
        {
            // A loop that runs until the socket is connected waits for this end: a socket never becomes connected by what its peer does.
            IWhileLoopOperation loop => loop.Condition == value && (isPositive ^ loop.ConditionIsUntil),
            IForLoopOperation loop => loop.Condition == value && isPositive,
            IConditionalOperation conditional => conditional.Condition == value && IsAboutPeer(conditional, connected, isPositive, member),
            IReturnOperation => Promises(member),
            _ => false,
        };
    }

    private static bool IsAboutPeer(
        IConditionalOperation conditional, IPropertyReferenceOperation connected, bool isPositive, ISymbol member)
    {
        (IOperation? whenConnected, IOperation? otherwise) = isPositive
            ? (conditional.WhenTrue, conditional.WhenFalse)
            : (conditional.WhenFalse, conditional.WhenTrue);
        if (ThisEnd.Closes(whenConnected) || ThisEnd.Connects(conditional) || ThisEnd.Complains(conditional))
        {
            return false;
        }

        if (conditional.Loop() is { } loop)
        {
            return !ThisEnd.Connects(loop) && !HandsOut(whenConnected, connected);
        }

        IOperation body = conditional.Function() ?? conditional.Root();
        return !ThisEnd.Connects(body)
            && (Promises(member) || (IsYesOrNo(whenConnected, otherwise) && !ThisEnd.Closes(body)));
    }

    private static bool Negates(IOperation operation) => operation switch
    {
        IUnaryOperation => true,
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals } equals => Compares(equals, with: false),
        IBinaryOperation { OperatorKind: BinaryOperatorKind.NotEquals } differs => Compares(differs, with: true),
        _ => false,
    };

    private static bool Compares(IBinaryOperation compared, bool with) =>
        IsConstant(compared.LeftOperand, with) || IsConstant(compared.RightOperand, with);

    private static bool IsConstant(IOperation? operation, bool value) =>
        operation?.ConstantValue is { HasValue: true, Value: bool constant } && constant == value;

    private static bool Promises(ISymbol member) => s_promises.Any(word => ThisEnd.Contains(member.Name, word));

    /// <summary>The member returns true or false by it.</summary>
    private static bool IsYesOrNo(params IOperation?[] branches) => branches.OfType<IOperation>()
        .SelectMany(static branch => branch.DescendantsAndSelf()).OfType<IReturnOperation>()
        .Any(static one => IsConstant(one.ReturnedValue, true) || IsConstant(one.ReturnedValue, false));

    /// <summary>It returns the socket that it has just got: the first of several attempts to connect.</summary>
    private static bool HandsOut(IOperation? branch, IPropertyReferenceOperation connected) =>
        connected.Instance?.Bare() is ILocalReferenceOperation { Local: { } local }
        && branch?.DescendantsAndSelf().OfType<IReturnOperation>().Any(one => IsLocal(one.ReturnedValue?.Bare(), local)) == true
        && connected.Root().Descendants().OfType<IVariableDeclaratorOperation>().Any(declarator =>
            SymbolEqualityComparer.Default.Equals(declarator.Symbol, local)
            && declarator.GetVariableInitializer()?.Value.Bare() is IAwaitOperation or IObjectCreationOperation);

    private static bool IsLocal(IOperation? operation, ILocalSymbol local) =>
        operation is ILocalReferenceOperation reference && SymbolEqualityComparer.Default.Equals(reference.Local, local);
}
