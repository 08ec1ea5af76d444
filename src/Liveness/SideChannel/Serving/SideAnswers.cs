using System.Net.NetworkInformation;

namespace Liveness.SideChannel;

/// <summary>What an end answers about a connection that the other end watches. Pure.</summary>
internal static class SideAnswers
{
    /// <summary>About a tuple. Who asks about somebody else's connection learns nothing: not even whether it exists.</summary>
    /// <param name="tuple">As this end sees it: already swapped.</param>
    /// <param name="observedSource">The asker's address as this end sees it, by <see cref="ConnectionTuple.AddressOf"/>.</param>
    /// <param name="isRegistered">This process watches that tuple.</param>
    /// <param name="localAddressIsOurs">The tuple's local address is one of this host's.</param>
    /// <param name="tableIsReadable">False where this host does not show its TCP table.</param>
    /// <param name="state">Of that tuple in this host's TCP table; null = no such row.</param>
    public static SideAnswer Find(
        in ConnectionTuple tuple, UInt128 observedSource, bool isRegistered, bool localAddressIsOurs, bool tableIsReadable, TcpState? state)
    {
        return tuple.Remote != observedSource ? SideAnswer.NotMyAddress
            : isRegistered ? SideAnswer.Watched
            : !localAddressIsOurs ? SideAnswer.NotMyAddress
            : !tableIsReadable ? SideAnswer.NotYours
            : OfState(state);
    }

    /// <summary>About a key. An unknown one and somebody else's look the same.</summary>
    public static SideAnswer FindKey(bool isRegistered) => isRegistered ? SideAnswer.Watched : SideAnswer.NotMyAddress;

    private static SideAnswer OfState(TcpState? state) => state switch
    {
        null or TcpState.Closed or TcpState.DeleteTcb => SideAnswer.Gone,
        TcpState.FinWait1 or TcpState.FinWait2 or TcpState.Closing or TcpState.LastAck or TcpState.TimeWait => SideAnswer.Closing,

        // Established, CloseWait, SynReceived: it lives there. What isn't known to be dead isn't dead.
        _ => SideAnswer.NotYours,
    };
}
