using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Liveness.Analyzers;

/// <summary>Calls that read or write a stream or a socket.</summary>
internal static class InnerUse
{
    private static readonly string[] s_onStreams = ["Read", "Write", "Flush", "CopyTo", "BeginRead", "BeginWrite"];
    private static readonly string[] s_onSockets = ["Send", "Receive", "BeginSend", "BeginReceive"];

    /// <returns>The stream or socket; null = it is no such call.</returns>
    public static IOperation? Of(IOperation operation, KnownTypes types) => operation switch
    {
        IInvocationOperation { Instance: { } instance } call => IsTransfer(call, instance.Bare().Type, types) ? instance : null,
        IInvocationOperation { TargetMethod: { IsStatic: true, Name: "Create" } } call
            when types.IsPipe(call.TargetMethod.ContainingType) => call.Arguments.Argument("stream"),
        IObjectCreationOperation creation when types.IsReaderOrWriter(creation.Type) =>
            creation.Arguments.FirstOrDefault(argument => KnownTypes.Is(argument.Parameter?.Type, types.Stream))?.Value,
        _ => null,
    };

    private static bool IsTransfer(IInvocationOperation call, ITypeSymbol? type, KnownTypes types)
    {
        string[] names = KnownTypes.Is(type, types.Socket) ? s_onSockets
            : KnownTypes.IsOrDerives(type, types.Stream) && !KnownTypes.Is(type, types.HeartbeatStream) ? s_onStreams
            : [];
        return names.Any(name => call.TargetMethod.Name.StartsWith(name, StringComparison.Ordinal));
    }
}
