using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Liveness.Analyzers;

/// <summary>A heartbeat stream is put over a connection.</summary>
internal sealed class Wrapping
{
    private Wrapping(IOperation operation, ISymbol inner, bool leavesOpen)
    {
        Operation = operation;
        Inner = inner;
        LeavesOpen = leavesOpen;
    }

    public IOperation Operation { get; }

    /// <summary>The local variable or parameter that holds the connection, whatever stream or socket of it is wrapped.</summary>
    public ISymbol Inner { get; }

    /// <summary>What it wraps may be used again later.</summary>
    public bool LeavesOpen { get; }

    /// <returns>Null = this wraps nothing, or it is not known what.</returns>
    public static Wrapping? Of(IOperation operation, KnownTypes types)
    {
        IEnumerable<IArgumentOperation>? arguments = operation switch
        {
            IObjectCreationOperation creation when KnownTypes.Is(creation.Type, types.HeartbeatStream) => creation.Arguments,
            IInvocationOperation { TargetMethod: { IsStatic: true, Name: "StartAsync" } } invocation
                when KnownTypes.Is(invocation.TargetMethod.ContainingType, types.HeartbeatStream) => invocation.Arguments,
            _ => null,
        };
        if (arguments is null
            || (arguments.Argument("stream") ?? arguments.Argument("socket")) is not { } wrapped
            || InnerOf(wrapped, types) is not { } inner)
        {
            return null;
        }

        bool leavesOpen = arguments.Argument("leaveOpen") is { ConstantValue: not { HasValue: true, Value: false } };
        return new Wrapping(operation, inner, leavesOpen);
    }

    /// <summary>The connection behind a value: a variable, or the stream or socket of one.</summary>
    public static ISymbol? InnerOf(IOperation value, KnownTypes types) => value.Bare() switch
    {
        ILocalReferenceOperation local => DeclaredOver(local, types) ?? local.Local,
        IParameterReferenceOperation parameter => parameter.Parameter,
        IPropertyReferenceOperation { Property.Name: "Client", Instance: { } client } when KnownTypes.Is(client.Type, types.TcpClient) =>
            InnerOf(client, types),
        IInvocationOperation { TargetMethod.Name: "GetStream", Instance: { } client } when KnownTypes.Is(client.Type, types.TcpClient) =>
            InnerOf(client, types),
        IObjectCreationOperation stream when KnownTypes.Is(stream.Type, types.NetworkStream) =>
            stream.Arguments.Argument("socket") is { } socket ? InnerOf(socket, types) : null,
        _ => null,
    };

    /// <summary>The connection that a local variable was declared as a stream or socket of.</summary>
    private static ISymbol? DeclaredOver(ILocalReferenceOperation reference, KnownTypes types)
    {
        bool isOver = KnownTypes.Is(reference.Type, types.NetworkStream) || KnownTypes.Is(reference.Type, types.Socket)
            || KnownTypes.Is(reference.Type, types.Stream);
        IOperation? value = !isOver ? null : reference.Root().Descendants().OfType<IVariableDeclaratorOperation>()
            .FirstOrDefault(declarator => SymbolEqualityComparer.Default.Equals(declarator.Symbol, reference.Local))
            ?.GetVariableInitializer()?.Value;
        return value?.Bare() is IPropertyReferenceOperation or IInvocationOperation or IObjectCreationOperation
            ? InnerOf(value, types)
            : null;
    }
}
