using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Liveness.Analyzers;

/// <summary>Calls that show that a question about a socket is about this end of the connection.</summary>
internal static class ThisEnd
{
    private static readonly string[] s_connects = ["Connect", "Reconnect"];
    private static readonly string[] s_closes = ["Disconnect", "Shutdown", "Close", "Dispose", "Abort"];

    /// <summary>It connects, in whatever way.</summary>
    public static bool Connects(IOperation? operation) => Calls(operation, s_connects);

    /// <summary>It ends what is still connected. What a catch clause does is done after a failure, and shows nothing.</summary>
    public static bool Closes(IOperation? operation) => Calls(operation, s_closes);

    /// <summary>It complains of the caller.</summary>
    public static bool Complains(IOperation operation) => operation.Descendants().Any(static one =>
        one is IObjectCreationOperation { Type.Name: "ArgumentException" or "InvalidOperationException" });

    /// <summary>As a word of its own: "Dead" is not in "SetDeadline", nor "Connect" in "OnConnectionLost".</summary>
    public static bool Contains(string name, string word)
    {
        int at = name.IndexOf(word, StringComparison.Ordinal);
        return at >= 0 && (at + word.Length == name.Length || !char.IsLower(name[at + word.Length]));
    }

    private static bool Calls(IOperation? operation, string[] names) =>
        operation?.DescendantsAndSelf().OfType<IInvocationOperation>().Any(call =>
            names.Any(name => Contains(call.TargetMethod.Name, name)) && !IsAfterFailure(call, operation)) == true;

    private static bool IsAfterFailure(IOperation operation, IOperation within)
    {
        IOperation? at = operation;
        while (at is not (null or ICatchClauseOperation) && at != within)
        {
            at = at.Parent;
        }

        return at is ICatchClauseOperation;
    }
}
