using System.Net.Sockets;

namespace Liveness;

/// <content>What the kernels of the watched sockets are asked, and what they are made to ask the peers.</content>
internal sealed partial class WatchSet
{
    /// <summary>Before it is in the set.</summary>
    private void BeginToSee(WatchedConnection connection, Socket socket)
    {
        SocketReading reading = _sockets.Read(socket, out TcpInfoSnapshot first);
        if (reading != SocketReading.Taken)
        {
            connection.IsUnseen = true;
            SideChannelLog.KernelUnseen(_logger, reading == SocketReading.Implausible ? "it tells what can't be true, mostly zeros" : "it refuses to tell", RemoteName.Text(RemoteName.Of(socket)));
            return;
        }

        // Elsewhere the answers can't be seen, and asking would change the connection for nothing.
        if (_turnsKeepAliveOn && first.UnansweredProbes is not null)
        {
            connection.Asking = _sockets.Claim(connection, socket, _plan);
            NoteAsking(connection);
        }

        connection.Witness = new WitnessWatch(first, Scheduling.Now, connection.Asking is WitnessAsking.ForUs or WitnessAsking.ForTheApplication);
    }

    /// <summary>What was turned on for this connection is turned off, unless it is watched from elsewhere, too.</summary>
    private void StopAsking(WatchedConnection connection)
    {
        if (connection is { Socket: { } socket, HasClaim: true })
        {
            connection.HasClaim = false;
            _sockets.Release(connection, socket);
        }
    }

    private WitnessEnd LookNeedsLock(WatchedConnection connection, Socket socket, Instant now, out TcpInfoSnapshot kernel)
    {
        kernel = default;
        if (connection.IsUnseen)
        {
            return WitnessEnd.Unseen;
        }

        switch (_sockets.Read(socket, out kernel))
        {
            case SocketReading.Gone:
                return WitnessEnd.Gone;
            case SocketReading.Refused or SocketReading.Implausible:
                return WitnessEnd.Unseen;
        }

        connection.Witness.Look(kernel, now, _detectWithin);
        if (connection.Witness.Ended == WitnessEnd.No && connection.Asking == WitnessAsking.ForUs)
        {
            connection.Asking = _sockets.LookAtClaim(connection, socket, kernel.UnansweredProbes ?? 0);
            if (connection.Asking != WitnessAsking.ForUs)
            {
                connection.Witness.StopAsking();
                NoteAsking(connection);
            }
        }

        return connection.Witness.Ended;
    }

    /// <summary>The pending error is only asked for, not taken: it is the application's.</summary>
    /// <param name="loss">Null = it goes on, or was closed in good order.</param>
    /// <returns>True = it is over.</returns>
    private bool IsOver(WatchedConnection connection, WitnessEnd shown, out LossObservation? loss)
    {
        loss = null;
        if (shown is WitnessEnd.Fin or WitnessEnd.Gone)
        {
            return true;
        }

        Socket socket = connection.Socket!;
        TcpInfoSnapshot? dead = null;
        if (shown == WitnessEnd.Dead)
        {
            SocketReading reading = _sockets.Read(socket, out TcpInfoSnapshot told);
            if (reading == SocketReading.Gone)
            {
                return true;
            }

            dead = reading == SocketReading.Taken ? told : null;
        }

        WatchFacts facts = _sockets.Gather(socket);
        if (shown == WitnessEnd.Unseen && facts.ErrorIsPending != true)
        {
            return facts.IsAtEnd;
        }

        (LastLook last, Instant now) = Read(() => (connection.Witness.LastLook, Scheduling.Now));
        ConnectionEnd end = new(last, dead, now, facts);
        if (end.Kind is { } kind)
        {
            loss = new LossObservation
            {
                Kind = kind,
                Silence = end.Silence,
                Bound = end.Bound ?? Bound,
                Decided = kind == LossKind.ConnectionReset && PeerStillHasIt(connection) ? (Diagnosis.ResetOnTheWay, Certainty.Likely) : null,
                Evidence = new Evidence
                {
                    Kernel = dead,
                    RoundTrip = dead?.RoundTrip,
                    UnansweredProbes = dead?.UnansweredProbes,
                    SegmentsInSilence = end.SegmentsInSilence(kind),
                    LocalNetworkIsDown = facts.LocalNetworkIsDown,
                },
            };
        }

        return true;
    }

    /// <summary>
    /// A reset may come from a box on the way. Where the peer can be asked, its host says whether it still has the connection; it gets a
    /// quarter of T for that.
    /// </summary>
    /// <returns>True = not to be told yet.</returns>
    private bool AwaitsWord(WatchedConnection connection, List<(ISideLink Link, ulong Id)> asks)
    {
        lock (_gate)
        {
            if (connection is not { Index: >= 0, WasConfirmed: true, Session: { State: SideState.Alive, Link: { } link } })
            {
                return false;
            }

            Instant now = Scheduling.Now;
            if (connection.ResetAskedAt == Instant.Never)
            {
                connection.ResetAskedAt = now;
                connection.DueAt = now + (_detectWithin / 4);
                _dueSoon.Add(connection);
                asks.Add((link, connection.Id));
                return true;
            }

            return connection.AnsweredAt < connection.ResetAskedAt && now < connection.ResetAskedAt + (_detectWithin / 4);
        }
    }

    /// <summary>It told its kernel's counters, which it can't of a connection that its kernel no longer has.</summary>
    private bool PeerStillHasIt(WatchedConnection connection) => Read(() =>
        connection.AnsweredAt >= connection.ResetAskedAt && connection.Answer == SideAnswer.Watched && connection.PeerBytesReceived != AnswerMessage.Unknown);

    private void NoteAsking(WatchedConnection connection)
    {
        connection.HasClaim |= connection.Asking == WitnessAsking.ForUs;
        string? why = connection.Asking switch
        {
            WitnessAsking.OwnKeepAliveIsSlow => "the application's own keepalive asks too seldom for this bound, and is left as it is",
            WitnessAsking.UserTimeoutIsSet => "a user timeout is set, by which Linux would end the connection over our probes",
            WitnessAsking.Refused => "the kernel refuses to turn keepalive on",
            WitnessAsking.TakenOver => "keepalive has been set anew meanwhile, or went unanswered for long",
            _ => null,
        };
        if (why is not null)
        {
            SideChannelLog.WitnessRests(_logger, why, RemoteName.Text(RemoteName.Of(connection.Socket)));
        }
    }
}
