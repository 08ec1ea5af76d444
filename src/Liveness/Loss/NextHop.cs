namespace Liveness;

/// <summary>How the host at the other end of our TCP connection behaved while nothing was heard: the peer's, or that of a proxy.</summary>
internal enum NextHop
{
    /// <summary>The kernel tells nothing, or nothing that decides.</summary>
    Unknown,

    /// <summary>It acknowledges what we send.</summary>
    Acknowledges,

    /// <summary>It answers, but takes no more: what it received is not read.</summary>
    TakesNoMore,

    /// <summary>It goes on sending, but acknowledges nothing: it does not hear us.</summary>
    DoesNotHearUs,

    /// <summary>Nothing comes from it, and what we send is repeated in vain.</summary>
    IsSilent,
}
