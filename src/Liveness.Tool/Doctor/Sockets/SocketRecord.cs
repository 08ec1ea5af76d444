using System.Net;
using System.Net.NetworkInformation;
using Liveness.KeepAlive;

namespace Liveness.Tool.Doctor;

/// <summary>What the kernel says of one TCP socket: an inet_diag_msg and its attributes.</summary>
internal sealed record SocketRecord
{
    public required TcpState State { get; init; }

    public required IPEndPoint Local { get; init; }

    public required IPEndPoint Remote { get; init; }

    public SocketTimer Timer { get; init; }

    /// <summary>Retransmissions, or probes without an answer: whatever the timer counts.</summary>
    public int TimerCount { get; init; }

    /// <summary>When the timer falls due.</summary>
    public TimeSpan TimerDue { get; init; }

    /// <summary>Bytes that wait to be read; of a listener, connections that wait to be accepted.</summary>
    public uint ReceiveQueue { get; init; }

    /// <summary>Bytes written and not acknowledged; of a listener, how many may wait.</summary>
    public uint SendQueue { get; init; }

    public uint UserId { get; init; }

    /// <summary>Zero = no process holds it any more.</summary>
    public uint Inode { get; init; }

    /// <summary>Null = the kernel said nothing, as of listeners and of sockets in TIME-WAIT.</summary>
    public TcpInfoSnapshot? Info { get; init; }

    /// <summary>The limit of the receive buffer, in bytes; null = not said.</summary>
    public uint? ReceiveBuffer { get; init; }

    /// <summary>Both ends are on this host: its kernel tells each of them at once when the other one dies.</summary>
    public bool IsWithinHost => IPAddress.IsLoopback(Remote.Address) || Remote.Address.Equals(Local.Address);
}
