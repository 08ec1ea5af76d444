using Liveness.Advice;
using Liveness.KeepAlive;
using Microsoft.Extensions.Logging;

namespace Liveness;

/// <summary>What is seen of a connection: its state, its probes, what is measured and what is logged. Where nobody listens a beat costs one
/// look.</summary>
/// <remarks>A struct in its connection, which hands it out by reference and gives itself to each call. Never copy it.</remarks>
internal struct StreamObserver
{
    /// <summary>Of those who wait for a round trip. Under the lock.</summary>
    private ProbeWaiters _probe;

    /// <summary>As the log has it. Under the lock.</summary>
    private MonitorState _logged;

    /// <summary>Null as long as no bound was longer than what was asked for. Under the lock.</summary>
    private BoundReport? _boundReport;

    /// <summary>Up to here the probes are counted. Under the lock, but where nobody listens: then no count can be wrong.</summary>
    private uint _probesMeasured;

    /// <summary>Set in the logger's lane. A look that comes too early costs a line.</summary>
    private volatile bool _tracesBeats;

    /// <inheritdoc cref="IMonitoredConnection.GetSnapshot"/>
    public static ConnectionSnapshot GetSnapshot(InBandConnection connection)
    {
        BoundAdvice? advice = connection.Monitor.Metrics?.Advice;
        lock (connection.Gate)
        {
            Instant now = connection.Clock.Now;
            return connection.Session.Snapshot(now, connection.Clock.Observe(now), advice);
        }
    }

    /// <inheritdoc cref="IMonitoredConnection.ProbeAsync"/>
    public ValueTask<TimeSpan> ProbeAsync(InBandConnection connection, CancellationToken cancellationToken)
    {
        connection.EnsureStarted();
        Task<TimeSpan> answer;
        SessionSignals signals;
        lock (connection.Gate)
        {
            if (connection.IsDisposed || connection.Session.HasEnded)
            {
                return ValueTask.FromException<TimeSpan>(connection.End.AsExceptionNeedsLock());
            }

            // Before the handshake is through nothing can be asked: what waits then is asked for when it is.
            answer = _probe.Join();
            signals = connection.Session.RequestProbe(connection.Clock.Now);
        }

        connection.Act(signals);
        return new ValueTask<TimeSpan>(answer.WaitAsync(cancellationToken));
    }

    /// <summary>On the work queue: the handshake is through.</summary>
    public void OnOpened(InBandConnection connection)
    {
        connection.Start?.Complete();
        LogBound(connection);
        LookWhetherBeatsAreTraced(connection);
        connection.Transport.RememberLocalNetwork();
    }

    /// <summary>The monitor is told under the lock, so that a newer state is never overwritten by an older one.</summary>
    public static void PublishState(InBandConnection connection)
    {
        lock (connection.Gate)
        {
            LivenessState state = connection.Session.State;
            if (state is not (LivenessState.Lost or LivenessState.Closed))
            {
                connection.Monitor.Update(state, connection.Session.Conditions);
            }
        }
    }

    /// <summary>On the work queue; what changes twice before that is logged as it is then.</summary>
    public static void LogState(InBandConnection connection)
    {
        if (!connection.Logger.IsNone)
        {
            connection.WorkQueue.Post(new QueuedAction(() => connection.Observer.LogStateNow(connection)));
        }
    }

    public readonly SessionSignals RequestWaitingProbe(InBandConnection connection)
    {
        lock (connection.Gate)
        {
            return _probe.IsEmpty ? SessionSignals.None : connection.Session.RequestProbe(connection.Clock.Now);
        }
    }

    public void CompleteProbe(InBandConnection connection)
    {
        TaskCompletionSource<TimeSpan>? waiting;
        TimeSpan roundTrip;
        lock (connection.Gate)
        {
            waiting = _probe.Take();
            roundTrip = connection.Session.Machine?.RoundTrip ?? TimeSpan.Zero;
        }

        waiting?.TrySetResult(roundTrip);
    }

    public void FailProbe(InBandConnection connection)
    {
        TaskCompletionSource<TimeSpan>? waiting;
        lock (connection.Gate)
        {
            waiting = _probe.Take();
        }

        if (waiting is not null)
        {
            ProbeWaiters.Fail(waiting, connection.End.AsException());
        }
    }

    /// <summary>Before what was received is taken in: the silence before it is over. Under the lock.</summary>
    public static void NoteSilence(InBandConnection connection, Instant now, in LocalHealth health)
    {
        if (connection.Session.Machine is { } machine
            && now - machine.LastReceived > BoundTally.Least
            && machine.Bound != TimeSpan.MaxValue)
        {
            connection.Monitor.Metrics?.Bounds.Note(NeededBound.OfSilence(machine.Silence(now, health), health, machine.Timing), now);
        }
    }

    /// <summary>After it was taken in. Under the lock.</summary>
    /// <param name="connection">Whose observer this is.</param>
    /// <param name="signals">What followed from it.</param>
    /// <param name="doubt">That there was about the way out before.</param>
    /// <param name="now">The present.</param>
    /// <param name="health">Of this process.</param>
    public static void NoteNewestBeat(
        InBandConnection connection, SessionSignals signals, OutboundDoubt? doubt, Instant now, in LocalHealth health)
    {
        if ((signals & SessionSignals.BeatReceived) == 0
            || connection.Session is not { HasEnded: false, Machine: { } machine }
            || machine.Bound == TimeSpan.MaxValue
            || connection.Monitor.Metrics is not { Bounds: { } bounds })
        {
            return;
        }

        // As long as there is a doubt the way out may be dead: then it was no need of a living connection.
        if (machine.OutboundDoubt is null && machine.Timing.SendInterval != TimeSpan.MaxValue)
        {
            TimeSpan missed = Durations.Longer(machine.MissedByPeer ?? TimeSpan.Zero, doubt?.MostMissed ?? TimeSpan.Zero);
            bounds.Note(NeededBound.OfMissed(missed), now);
        }

        if ((signals & SessionSignals.RoundTripMeasured) != 0 && machine.RoundTrip is { } roundTrip)
        {
            bounds.Note(NeededBound.OfRoundTrip(roundTrip, now, health), now);
        }
    }

    /// <summary>Without the lock; beats are received on any thread but the scheduler's, and sent on that, too.</summary>
    public void NoteBeats(InBandConnection connection, SessionSignals signals)
    {
        if ((signals & SessionSignals.BeatReceived) != 0)
        {
            MeasureBeats(connection, signals);
        }

        if (_tracesBeats)
        {
            TraceBeats(connection, signals);
        }
    }

    /// <summary>Not at every probe: they are counted with the next beat received, which they ask for, or at the end.</summary>
    public void MeasureBeats(InBandConnection connection, SessionSignals signals)
    {
        // Without the lock: the machine is set once, and before there is one nothing is to be measured.
        if (connection.Session.Machine is not { } machine)
        {
            return;
        }

        if (connection.Monitor.Metrics is not { MeasuresBeats: true } metrics)
        {
            // Whoever begins to listen later is not told of these.
            _probesMeasured = machine.ProbesSent;
            return;
        }

        TimeSpan? roundTrip;
        uint probes;
        lock (connection.Gate)
        {
            roundTrip = (signals & SessionSignals.RoundTripMeasured) == 0 ? null : machine.RoundTrip;
            probes = unchecked(machine.ProbesSent - _probesMeasured);
            _probesMeasured = machine.ProbesSent;
        }

        if (roundTrip is { } measured)
        {
            metrics.RoundTrip(measured);
        }

        if (probes > 0)
        {
            metrics.Probes(probes);
        }
    }

    public static SessionSignals NotePath(InBandConnection connection, in TcpInfoSnapshot kernel)
    {
        lock (connection.Gate)
        {
            return connection.Session.OnPathLook(kernel, connection.Clock.Now);
        }
    }

    /// <summary>On the work queue: not on the scheduler's thread, where the change may be found.</summary>
    public static void TellOfPath(InBandConnection connection)
    {
        int more;
        long changes;
        bool isTimeToLog;
        string? incidentId;
        lock (connection.Gate)
        {
            InBandSession session = connection.Session;
            more = session.TakePathChanges(connection.Clock.Now, out isTimeToLog);
            changes = session.PathChanges ?? 0;
            incidentId = session.IncidentId;
        }

        if (more > 0)
        {
            connection.Monitor.Metrics?.PathChanges(more);
        }

        if (isTimeToLog)
        {
            InBandLog.PathChanged(connection.Logger, changes, incidentId, connection.Monitor.Label);
        }
    }

    private void LogStateNow(InBandConnection connection)
    {
        MonitorState before;
        ConnectionSnapshot now = GetSnapshot(connection);
        lock (connection.Gate)
        {
            before = _logged;
            _logged = new MonitorState(now.State, now.Conditions);
        }

        LogBound(connection);
        LookWhetherBeatsAreTraced(connection);
        StateLog.Tell(connection.Monitor, connection.Logger, before, now);
    }

    /// <summary>At the handshake, when a RATE of the peer makes the bound longer, and when a change of our own is through.</summary>
    private void LogBound(InBandConnection connection)
    {
        TimeSpan bound;
        TimeSpan detectWithin;
        lock (connection.Gate)
        {
            if (connection.Session.Machine is not { RateIsSettled: true, Rate: { Judges: true } rate } machine
                || (_boundReport is null && machine.Bound <= rate.DetectWithin)
                || !(_boundReport ??= new BoundReport()).IsDue(rate.DetectWithin, machine.Bound))
            {
                return;
            }

            (bound, detectWithin) = (machine.Bound, rate.DetectWithin);
        }

        InBandLog.BoundExceedsDetectWithin(connection.Logger, bound, detectWithin, "the peer beats no faster", connection.Monitor.Label);
    }

    /// <summary>When the handshake is through and whenever a change of state is logged: a logger is not asked at every beat.</summary>
    private static void LookWhetherBeatsAreTraced(InBandConnection connection) =>
        connection.Logger.Ask(LogLevel.Trace, isEnabled => connection.Observer._tracesBeats = isEnabled);

    private static void TraceBeats(InBandConnection connection, SessionSignals signals)
    {
        uint sent;
        uint received;
        TimeSpan? roundTrip;
        lock (connection.Gate)
        {
            HeartbeatMachine machine = connection.Session.Machine!;
            (sent, received, roundTrip) = (machine.NewestSent, machine.Heard.Sequence, machine.RoundTrip);
        }

        if ((signals & SessionSignals.BeatSent) != 0)
        {
            InBandLog.BeatSent(connection.Logger, sent, connection.Monitor.Label);
        }

        if ((signals & SessionSignals.BeatReceived) != 0)
        {
            InBandLog.BeatReceived(connection.Logger, received, roundTrip, connection.Monitor.Label);
        }
    }
}
