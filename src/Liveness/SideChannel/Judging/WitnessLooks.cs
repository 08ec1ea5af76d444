using System.Net.Sockets;
using Liveness.KeepAlive;

namespace Liveness.SideChannel;

/// <summary>
/// What the kernels of the watched sockets are asked, and what they are made to ask the peers. Holds nothing that changes.
/// </summary>
/// <remarks>All of it are system calls: under no lock but that of the looks.</remarks>
/// <param name="sockets">The system, or a test's.</param>
/// <param name="times">T and what follows from it.</param>
/// <param name="logger">Told where a witness can't be had.</param>
/// <param name="turnsKeepAliveOn">Kernels may be made to ask the peers.</param>
internal sealed class WitnessLooks(ISocketAccess sockets, WatchTimes times, GuardedLogger logger, bool turnsKeepAliveOn)
{
    public ISocketAccess Sockets => sockets;

    /// <summary>Before it is in the set.</summary>
    public void Begin(WatchEntry entry, Socket socket, Instant now)
    {
        SocketReading reading = sockets.Read(socket, out TcpInfoSnapshot first);
        if (reading != SocketReading.Taken)
        {
            entry.IsUnseen = true;
            string why = reading == SocketReading.Implausible ? "it tells what can't be true, mostly zeros" : "it refuses to tell";
            SideChannelLog.KernelUnseen(logger, why, entry.Monitor.Label);
            return;
        }

        // Elsewhere the answers can't be seen, and asking would change the connection for nothing.
        if (turnsKeepAliveOn && first.UnansweredProbes is not null)
        {
            entry.Asking = sockets.Claim(entry.Connection, socket, times.Plan);
            NoteAsking(entry);
        }

        bool asks = entry.AsksForUs || entry.Asking == WitnessAsking.ForTheApplication;
        entry.Witness = new WitnessWatch(first, now, asks, byPlan: entry.Asking == WitnessAsking.ForUs);
    }

    /// <returns>Whether the kernel tells at all; <see cref="WitnessEnd.No"/> = it does.</returns>
    public WitnessEnd Read(WatchEntry entry, Socket socket, out TcpInfoSnapshot kernel)
    {
        kernel = default;
        return entry.IsUnseen ? WitnessEnd.Unseen : sockets.Read(socket, out kernel) switch
        {
            SocketReading.Gone => WitnessEnd.Gone,
            SocketReading.Refused or SocketReading.Implausible => WitnessEnd.Unseen,
            _ => WitnessEnd.No,
        };
    }

    /// <summary>Of an entry whose kernel asks for us: does it still, and as often?</summary>
    /// <returns>Whether that has changed.</returns>
    public bool AskingChanges(WatchEntry entry, Socket socket, in TcpInfoSnapshot kernel)
    {
        WitnessAsking before = entry.Asking;
        entry.Asking = sockets.LookAtClaim(entry.Connection, socket, kernel.UnansweredProbes ?? 0, times.Plan);
        if (entry.Asking == before)
        {
            return false;
        }

        NoteAsking(entry);
        return true;
    }

    /// <summary>What was turned on for this connection is turned off, unless it is watched from elsewhere, too.</summary>
    public void End(WatchEntry entry)
    {
        if (entry is { Socket: { } socket, HasClaim: true })
        {
            entry.HasClaim = false;
            sockets.Release(entry.Connection, socket);
        }
    }

    private void NoteAsking(WatchEntry entry)
    {
        entry.HasClaim |= entry.AsksForUs;
        string? why = entry.Asking switch
        {
            WitnessAsking.OwnKeepAliveIsSlow => "the application's own keepalive asks too seldom for this bound, and is left as it is",
            WitnessAsking.UserTimeoutIsSet => "a user timeout is set, by which Linux would end the connection over our probes",
            WitnessAsking.Refused => "the kernel refuses to turn keepalive on",
            WitnessAsking.TakenOver => "keepalive has been set anew meanwhile, or went unanswered for long",
            _ => null,
        };
        if (why is not null)
        {
            SideChannelLog.WitnessRests(logger, why, entry.Monitor.Label);
        }
    }
}
