namespace Liveness;

/// <content>What verdicts ask for, carried out on the pool, under no lock.</content>
internal sealed partial class WatchSet
{
    private void CarryOut(in Outcomes outcomes)
    {
        if (outcomes.Sessions is { } sessions)
        {
            sessions.ForEach(JudgeSession);
        }

        if (outcomes.Due is { } due)
        {
            Judge(due);
        }

        if (outcomes.Ended is { } ended)
        {
            End(ended);
        }

        if (outcomes.Lost is { } lost)
        {
            Lose(lost);
        }

        if (outcomes.Asks is { } asks)
        {
            Ask(asks);
        }

        outcomes.Probes?.ForEach(probe => _owner.StartConnectProbe(probe.Session, probe.Example));
    }

    /// <summary>One batch, in one go: every monitor first, then the event that names them all.</summary>
    private void Lose(List<(WatchedConnection Connection, LossObservation Observation)> lost)
    {
        List<WatchedConnection> told = [];
        foreach ((WatchedConnection connection, LossObservation observation) in lost)
        {
            Stop(connection, UnwatchReason.Lost);
            if (connection.Monitor.TryLose(LossFactory.Create(observation, _timeProvider.GetUtcNow()), null))
            {
                told.Add(connection);
            }
        }

        if (told.Count > 0)
        {
            _owner.OnLost(told);
        }
    }

    /// <summary>
    /// Sockets whose kernel has said the last word, or says nothing. A process that dies may reset all of its connections at once: one
    /// batch, too.
    /// </summary>
    private void End(List<(WatchedConnection Connection, WitnessEnd End)> ended)
    {
        List<WatchedConnection> told = [];
        List<(ISideLink Link, ulong Id)> asks = [];
        foreach ((WatchedConnection connection, WitnessEnd end) in ended)
        {
            if (!IsOver(connection, end, out LossObservation? loss) || (loss?.Kind == LossKind.ConnectionReset && AwaitsWord(connection, asks)))
            {
                continue;
            }

            // A peer's FIN closes nothing here: the application may go on sending.
            bool isClosed = end is WitnessEnd.Gone or WitnessEnd.Dead || (end == WitnessEnd.Unseen && _sockets.IsClosed(connection.Socket!));
            UnwatchReason reason = isClosed ? UnwatchReason.SocketClosed : UnwatchReason.NoLongerWatched;
            Stop(connection, loss is not null ? UnwatchReason.Lost : reason);
            if (loss is null)
            {
                connection.Monitor.TryClose(null);
            }
            else if (connection.Monitor.TryLose(LossFactory.Create(loss, _timeProvider.GetUtcNow()), null))
            {
                told.Add(connection);
            }
        }

        if (told.Count > 0)
        {
            _owner.OnLost(told);
        }

        Ask(asks);
    }

    private static void Ask(List<(ISideLink Link, ulong Id)> asks)
    {
        Span<byte> message = stackalloc byte[SideLimits.MaxMessage];
        foreach (IGrouping<ISideLink, ulong> ofLink in asks.GroupBy(ask => ask.Link, ask => ask.Id))
        {
            foreach (ulong[] ids in ofLink.Chunk(SideLimits.MaxAskIds))
            {
                ofLink.Key.Send(message[..SideMessageWriter.WriteAsk(message, ids)]);
            }
        }
    }

    /// <summary>What one round of looks came to. Lists are made when there is something to put in.</summary>
    private struct Outcomes
    {
        public List<(WatchedConnection Connection, LossObservation Observation)>? Lost;
        public List<(WatchedConnection Connection, WitnessEnd End)>? Ended;
        public List<(ISideLink Link, ulong Id)>? Asks;
        public List<(SideSession Session, WatchedConnection Example)>? Probes;
        public List<SideSession>? Sessions;
        public List<WatchedConnection>? Due;

        public readonly bool Any => Due is not null || Lost is not null || Ended is not null || Asks is not null || Probes is not null || Sessions is not null;
    }

    private sealed class Carrying(WatchSet set, Outcomes outcomes) : IThreadPoolWorkItem
    {
        public void Execute() => set.CarryOut(outcomes);
    }
}
