using System.Net;

namespace PullTheCable;

/// <summary>What lies between client and server, and what can be done to it.</summary>
internal interface INetwork : IAsyncDisposable
{
    /// <summary>What the client connects to.</summary>
    IPEndPoint EndPoint { get; }

    /// <summary>How the client's connection gets there.</summary>
    string Way { get; }

    /// <summary>What a cut means here.</summary>
    string AfterCut { get; }

    /// <summary>Cuts the named ways.</summary>
    Task CutAsync(bool toServer, bool toClient);

    /// <summary>Has a reset sent to both ends.</summary>
    Task ResetAsync();

    /// <summary>When each end got its last byte.</summary>
    LastBytes LastDelivered(EndOutcome client, EndOutcome server);
}
