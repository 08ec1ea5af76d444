namespace Liveness.Presence;

/// <summary>What a gateway does next; one of the nested kinds.</summary>
internal abstract record GatewayStep
{
    /// <summary>Asks for the lease, or renews it.</summary>
    internal sealed record TakeLease(LeaseRequest Request) : GatewayStep;

    /// <summary>Writes changes.</summary>
    internal sealed record Write(PartId Part, WriteBatch Batch) : GatewayStep;

    /// <summary>Looks where the newer connections of these keys are.</summary>
    internal sealed record Contest(IReadOnlyList<string> Keys) : GatewayStep;

    /// <summary>Removes entries of the own part that nobody wants.</summary>
    internal sealed record Purge(PartId Part) : GatewayStep;

    /// <summary>Removes the part of a run that has lost its name to another.</summary>
    internal sealed record Remove(PartId Part) : GatewayStep;

    /// <summary>Removes what is outdated from one shard.</summary>
    internal sealed record Sweep(int Shard) : GatewayStep;

    /// <summary>Nothing until then, or until something changes.</summary>
    internal sealed record Wait(TimeSpan Until) : GatewayStep;
}
