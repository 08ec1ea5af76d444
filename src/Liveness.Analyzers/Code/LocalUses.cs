using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Liveness.Analyzers;

/// <summary>What a body does with a local variable.</summary>
internal sealed class LocalUses
{
    private LocalUses(HashSet<string>? members) => Members = members;

    /// <summary>The members of it that are used, those of its monitor as "Monitor.ConnectionLost". Null = it is handed on, stored or
    /// replaced: what becomes of it is not known here.</summary>
    public HashSet<string>? Members { get; }

    public static LocalUses Of(Creation creation)
    {
        HashSet<string> members = [];
        if (creation.Local is null)
        {
            return new LocalUses(members);
        }

        foreach (IOperation operation in creation.Operation.Root().Descendants())
        {
            if (operation is ILocalReferenceOperation reference && SymbolEqualityComparer.Default.Equals(reference.Local, creation.Local))
            {
                if (MemberOf(reference) is not { } member)
                {
                    return new LocalUses(null);
                }

                members.Add(member);
            }
        }

        return new LocalUses(members);
    }

    /// <returns>Null = the variable itself goes elsewhere.</returns>
    private static string? MemberOf(ILocalReferenceOperation reference)
    {
        IOperation value = reference.Whole();
        string? name = NameOf(value);
        return name != "Monitor" ? name : NameOf(value.Parent!.Whole()) is { } ofMonitor ? $"Monitor.{ofMonitor}" : null;
    }

    private static string? NameOf(IOperation value) => value.Parent switch
    {
        IInvocationOperation invocation when invocation.Instance == value => invocation.TargetMethod.Name,
        IMemberReferenceOperation { Member: not IMethodSymbol } member when member.Instance == value => member.Member.Name,
        IUsingOperation @using when @using.Resources == value => "DisposeAsync",
        INameOfOperation => "nameof",
        _ => null,
    };
}
