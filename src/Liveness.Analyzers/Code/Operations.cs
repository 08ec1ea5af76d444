using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Liveness.Analyzers;

/// <summary>Ways through the tree of operations.</summary>
internal static class Operations
{
    /// <summary>The body that all of it belongs to, lambdas and local functions included.</summary>
    public static IOperation Root(this IOperation operation)
    {
        while (operation.Parent is { } parent)
        {
            operation = parent;
        }

        return operation;
    }

    /// <summary>Without conversions and parentheses around it.</summary>
    public static IOperation Bare(this IOperation operation)
    {
        while (operation is IConversionOperation or IParenthesizedOperation)
        {
            operation = operation is IConversionOperation conversion ? conversion.Operand : ((IParenthesizedOperation)operation).Operand;
        }

        return operation;
    }

    /// <summary>The outermost operation that stands for the same value: with conversions and parentheses.</summary>
    public static IOperation Whole(this IOperation operation)
    {
        while (operation.Parent is IConversionOperation or IParenthesizedOperation)
        {
            operation = operation.Parent;
        }

        return operation;
    }

    /// <summary>What is awaited in the end: with ConfigureAwait, and with the await.</summary>
    /// <returns>The operation itself where nobody awaits it.</returns>
    public static IOperation Awaited(this IOperation operation)
    {
        IOperation whole = operation.Whole();
        IOperation task = whole.Parent is IInvocationOperation { TargetMethod.Name: "ConfigureAwait", Instance: { } instance } configured
            && instance == whole ? configured.Whole() : whole;
        return task.Parent is IAwaitOperation await ? await : operation;
    }

    /// <summary>The lambda or local function that it runs in; null = the body itself.</summary>
    public static IOperation? Function(this IOperation operation)
    {
        IOperation? function = operation.Parent;
        while (function is not null and not IAnonymousFunctionOperation and not ILocalFunctionOperation)
        {
            function = function.Parent;
        }

        return function;
    }

    /// <summary>The innermost loop around it, in the same lambda or function.</summary>
    public static ILoopOperation? Loop(this IOperation operation)
    {
        IOperation? parent = operation.Parent;
        while (parent is not null and not ILoopOperation and not IAnonymousFunctionOperation and not ILocalFunctionOperation)
        {
            parent = parent.Parent;
        }

        return parent as ILoopOperation;
    }

    /// <summary>What comes after it in the text, and can't run without it having run.</summary>
    public static IEnumerable<IOperation> Following(this IOperation operation)
    {
        IOperation at = operation;
        while (at.Parent is { } parent and not IBlockOperation and not ISwitchCaseOperation and not IMethodBodyOperation)
        {
            if (parent is IConditionalOperation or ICoalesceOperation or ICoalesceAssignmentOperation or ISwitchExpressionOperation
                or IConditionalAccessOperation or ILoopOperation or IAnonymousFunctionOperation or ILocalFunctionOperation
                or IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd or BinaryOperatorKind.ConditionalOr })
            {
                return [];
            }

            at = parent;
        }

        IOperation? function = operation.Function();
        int end = operation.Syntax.Span.End;
        return at.Parent is null
            ? []
            : at.Parent.Descendants().Where(one => one.Syntax.SpanStart >= end && one.Function() == function);
    }

    /// <summary>The value of an argument, by the name of its parameter; null = it is not given.</summary>
    public static IOperation? Argument(this IEnumerable<IArgumentOperation> arguments, string name) =>
        arguments.FirstOrDefault(argument => argument.Parameter?.Name == name && argument.ArgumentKind != ArgumentKind.DefaultValue)?.Value;
}
