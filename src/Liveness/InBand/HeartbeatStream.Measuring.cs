using Microsoft.Extensions.Logging;

namespace Liveness;

/// <content>What is measured and traced of every beat: nothing but a look where nobody listens.</content>
public sealed partial class HeartbeatStream
{
    private uint _probesMeasured;
    private bool _tracesBeats;

    /// <summary>Without the lock; beats are received on any thread but the scheduler's, and sent on that, too.</summary>
    internal void NoteBeats(SessionSignals signals)
    {
        if ((signals & SessionSignals.BeatReceived) != 0)
        {
            MeasureBeats(signals);
        }

        if (_tracesBeats)
        {
            TraceBeats(signals);
        }
    }

    /// <summary>Not at every probe: they are counted with the next beat received, which they ask for, or at the end.</summary>
    private void MeasureBeats(SessionSignals signals)
    {
        if (_session.Machine is not { } machine)
        {
            return;
        }

        if (Monitor.Metrics is not { MeasuresBeats: true } metrics)
        {
            // Whoever begins to listen later is not told of these.
            _probesMeasured = machine.ProbesSent;
            return;
        }

        TimeSpan? roundTrip;
        uint probes;
        lock (_gate)
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

    private SessionSignals NotePath(in TcpInfoSnapshot kernel)
    {
        lock (_gate)
        {
            return _session.OnPathLook(kernel, _scheduler.Now);
        }
    }

    /// <summary>On the work queue: not on the scheduler's thread, where the change may be found.</summary>
    private void TellOfPath()
    {
        int more;
        long changes;
        bool isTimeToLog;
        string? incidentId;
        lock (_gate)
        {
            more = _session.TakePathChanges(_scheduler.Now, out isTimeToLog);
            changes = _session.PathChanges ?? 0;
            incidentId = _session.IncidentId;
        }

        if (more > 0)
        {
            Monitor.Metrics?.PathChanges(more);
        }

        if (isTimeToLog)
        {
            InBandLog.PathChanged(_logger, changes, incidentId);
        }
    }

    /// <summary>When the handshake is through and whenever a change of state is logged: a logger is not asked at every beat.</summary>
    private void LookWhetherBeatsAreTraced() => _logger.Ask(LogLevel.Trace, isEnabled => _tracesBeats = isEnabled);

    private void TraceBeats(SessionSignals signals)
    {
        uint sent;
        uint received;
        TimeSpan? roundTrip;
        lock (_gate)
        {
            HeartbeatMachine machine = _session.Machine!;
            (sent, received, roundTrip) = (machine.NewestSent, machine.Heard.Sequence, machine.RoundTrip);
        }

        if ((signals & SessionSignals.BeatSent) != 0)
        {
            InBandLog.BeatSent(_logger, sent);
        }

        if ((signals & SessionSignals.BeatReceived) != 0)
        {
            InBandLog.BeatReceived(_logger, received, roundTrip);
        }
    }
}
