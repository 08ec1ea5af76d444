using System.Net;

namespace Liveness.SideChannel;

/// <summary>A side connection that is ready, as far as those need it who judge by it.</summary>
internal interface ISideLink
{
    /// <summary>The peer's address, as this end sees it.</summary>
    IPEndPoint? Remote { get; }

    SideIdentity Peer { get; }

    /// <summary>Null while it goes on, and where it was closed in good order.</summary>
    ConnectionLoss? Loss { get; }

    ConnectionSnapshot GetSnapshot();

    /// <summary>In the order of the calls, without waiting. After the end nothing happens.</summary>
    void Send(ReadOnlySpan<byte> messages);
}
