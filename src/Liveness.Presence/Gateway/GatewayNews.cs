namespace Liveness.Presence;

/// <summary>What a person wants to know of a gateway; one of the nested kinds.</summary>
internal abstract record GatewayNews
{
    /// <summary>It is registered.</summary>
    internal sealed record Registered(string Epoch) : GatewayNews;

    /// <summary>Its lease was over, and is its own again; the store has kept its part.</summary>
    internal sealed record BackAgain(string Epoch) : GatewayNews;

    /// <summary>Another process has the name.</summary>
    internal sealed record Refused(string Other, TimeSpan Remaining) : GatewayNews;

    /// <summary>Another process has taken the name over.</summary>
    internal sealed record TakenOver(string Own, string Other) : GatewayNews;

    /// <summary>The store has lost something: the part is written anew.</summary>
    internal sealed record ResyncBegun(VersionMark? Stored, VersionMark Expected, int Count) : GatewayNews;

    /// <summary>The part is whole again.</summary>
    internal sealed record ResyncEnded(TimeSpan Took) : GatewayNews;
}
