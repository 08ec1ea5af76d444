using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Liveness.Analyzers;

/// <summary>A new object, and the local variable that holds it.</summary>
internal sealed class Creation
{
    private Creation(IOperation operation, ILocalSymbol? local, IVariableDeclaratorOperation? declarator)
    {
        Operation = operation;
        Local = local;
        Declarator = declarator;
    }

    /// <summary>The call or the object creation itself.</summary>
    public IOperation Operation { get; }

    /// <summary>Null = nobody keeps it.</summary>
    public ILocalSymbol? Local { get; }

    public IVariableDeclaratorOperation? Declarator { get; }

    /// <summary>Declared so that the compiler disposes it.</summary>
    public bool IsUsing
    {
        get
        {
            IOperation? declaration = Declarator?.Parent?.Parent;
            return declaration?.Parent is IUsingDeclarationOperation or IUsingOperation;
        }
    }

    /// <summary>What messages call it.</summary>
    public string Name => Local?.Name ?? Text(Operation.Syntax.ToString());

    /// <param name="operation">Makes the object, or a task of it.</param>
    /// <returns>Null = somebody else gets it: what becomes of it is not known here.</returns>
    public static Creation? Of(IOperation operation)
    {
        IOperation value = operation.Awaited().Whole();
        return value.Parent switch
        {
            IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator } =>
                new Creation(operation, declarator.Symbol, declarator),
            IExpressionStatementOperation statement when IsWritten(statement) => new Creation(operation, null, null),
            ISimpleAssignmentOperation { Target: IDiscardOperation, Parent: IExpressionStatementOperation statement }
                when IsWritten(statement) => new Creation(operation, null, null),
            _ => null,
        };
    }

    /// <summary>A statement of its own, not the body of a lambda that somebody tries out.</summary>
    private static bool IsWritten(IExpressionStatementOperation statement) =>
        statement.Syntax is Microsoft.CodeAnalysis.CSharp.Syntax.ExpressionStatementSyntax;

    private static string Text(string code) => code.Length <= 60 ? code : code.Substring(0, 57) + "...";
}
