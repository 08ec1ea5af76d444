namespace Liveness.Presence;

/// <summary>How a gateway stands with its store.</summary>
internal enum GatewayStanding
{
    /// <summary>Nothing was heard of the store within the term of a lease: others see the gateway as silent.</summary>
    Unheard = 0,

    /// <summary>It has its lease, and the store has what it should.</summary>
    Registered,

    /// <summary>Another process has its name.</summary>
    Refused,

    /// <summary>It has its lease, and writes its part anew.</summary>
    Resyncing,
}
