using System.Diagnostics;

namespace Liveness.SideChannel;

/// <summary>What is to be judged and to be carried out, one after the other in the lane of looks, under no lock.</summary>
/// <remarks>
/// It is its own work item, posted once while there is anything to do; what comes meanwhile is done in the next round. So what one event
/// ends is found and told together, however many threads there are: all judgements of a round come before the first loss is told.
/// </remarks>
internal sealed class WatchWork : IThreadPoolWorkItem
{
    private readonly WatchSet _set;
    private readonly WatchJudge _judge;
    private readonly WatchEnds _ends;
    private readonly IWatchSetOwner _owner;
    private readonly TimeProvider _timeProvider;
    private readonly WorkQueue _queue;
    private readonly Lock _gate = new();

    /// <summary>Guarded by the gate.</summary>
    private WatchOutcomes _pending;

    /// <summary>Guarded by the gate. A thread is at it, or will be.</summary>
    private bool _isPosted;

    /// <param name="set">Holds the connections.</param>
    /// <param name="judge">Of what is due.</param>
    /// <param name="ends">Of what the kernel has ended.</param>
    /// <param name="owner">Told what happens.</param>
    /// <param name="scheduling">Where it runs, and whose clock dates the losses.</param>
    public WatchWork(WatchSet set, WatchJudge judge, WatchEnds ends, IWatchSetOwner owner, LivenessScheduler scheduling)
    {
        _set = set;
        _judge = judge;
        _ends = ends;
        _owner = owner;
        _timeProvider = scheduling.TimeProvider;
        _queue = scheduling.WorkQueue;
    }

    /// <summary>It is to be judged soon.</summary>
    public void Add(WatchEntry entry)
    {
        lock (_gate)
        {
            (_pending.Due ??= []).Add(entry);
            if (!MustPostNeedsLock())
            {
                return;
            }
        }

        _queue.PostForeign(ForeignLane.Looks, this);
    }

    /// <summary>All connections that hang on it are to be judged soon.</summary>
    public void Add(SideSession session)
    {
        lock (_gate)
        {
            (_pending.Sessions ??= []).Add(session);
            if (!MustPostNeedsLock())
            {
                return;
            }
        }

        _queue.PostForeign(ForeignLane.Looks, this);
    }

    public void Add(in WatchOutcomes outcomes)
    {
        lock (_gate)
        {
            _pending.Add(outcomes);
            if (!MustPostNeedsLock())
            {
                return;
            }
        }

        _queue.PostForeign(ForeignLane.Looks, this);
    }

    void IThreadPoolWorkItem.Execute()
    {
        try
        {
            while (TakeAll(out WatchOutcomes outcomes))
            {
                foreach (SideSession session in outcomes.Sessions ?? [])
                {
                    SideMoment? moment = _set.MomentOf(session);
                    Judge(_set.HangingOn(session), moment, ref outcomes);
                }

                Judge(outcomes.Due ?? [], moment: null, ref outcomes);
                CarryOut(outcomes);
            }
        }
        catch
        {
            // The lane tells of it; what comes next must find its way here all the same.
            lock (_gate)
            {
                _isPosted = false;
            }

            throw;
        }
    }

    private bool MustPostNeedsLock()
    {
        Debug.Assert(_gate.IsHeldByCurrentThread);
        bool must = !_isPosted;
        _isPosted = true;
        return must;
    }

    private bool TakeAll(out WatchOutcomes outcomes)
    {
        lock (_gate)
        {
            outcomes = _pending;
            _pending = default;
            return _isPosted = outcomes.Any;
        }
    }

    private void Judge(IEnumerable<WatchEntry> entries, SideMoment? moment, ref WatchOutcomes outcomes)
    {
        foreach (WatchEntry entry in entries)
        {
            _judge.Judge(entry, ref outcomes, moment);
        }
    }

    private void CarryOut(in WatchOutcomes outcomes)
    {
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

        outcomes.Probes?.ForEach(probe => _owner.StartConnectProbe(probe.Session, probe.Example.Connection));
    }

    /// <summary>One batch, in one go: every monitor first, then the event that names them all.</summary>
    private void Lose(List<(WatchEntry Entry, LossObservation Observation)> lost)
    {
        List<SideWatch> told = [];
        foreach ((WatchEntry entry, LossObservation observation) in lost)
        {
            Lose(entry, observation, told);
        }

        Tell(told);
    }

    /// <summary>A process that dies may reset all of its connections at once: one batch, too.</summary>
    private void End(List<(WatchEntry Entry, WitnessEnd End)> ended)
    {
        List<SideWatch> told = [];
        List<(ISideLink Link, ulong Id)> asks = [];
        foreach ((WatchEntry entry, WitnessEnd end) in ended)
        {
            if (!_ends.IsOver(entry, end, asks, out LossObservation? loss, out UnwatchReason reason))
            {
                continue;
            }

            if (loss is not null)
            {
                Lose(entry, loss, told);
                continue;
            }

            _set.Stop(entry.Connection, reason);
            entry.Monitor.TryClose(null);
        }

        Tell(told);
        Ask(asks);
    }

    private void Lose(WatchEntry entry, LossObservation observation, List<SideWatch> told)
    {
        _set.Stop(entry.Connection, UnwatchReason.Lost);
        if (entry.Monitor.TryLose(LossFactory.Create(observation, _timeProvider.GetUtcNow()), null))
        {
            told.Add(entry.Connection);
        }
    }

    private void Tell(List<SideWatch> told)
    {
        if (told.Count > 0)
        {
            _owner.OnLost(told);
        }
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
}
