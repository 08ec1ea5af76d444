using System.Runtime.CompilerServices;

namespace Liveness;

/// <summary>
/// What the log says of the states and ends of connections that share a logger and a clock: of each by itself, and of many at once in one
/// line.
/// </summary>
/// <remarks>
/// Only the log: events, tokens and metrics of each connection are as they are. The first ten losses of a name within a window are told at
/// once, for nobody is to wait for a summary to hear of a single loss; the others when the window closes, and each of them at Debug. So it
/// is with suspicions, and, minute by minute, with strangers.
/// </remarks>
internal sealed class ConnectionLog
{
    private static readonly ConditionalWeakTable<TimeProvider, ConditionalWeakTable<GuardedLogger, ConnectionLog>> s_logs = [];

    /// <summary>Of those that were suspect once; weak, as they.</summary>
    private readonly ConditionalWeakTable<ConnectionMonitor, SuspicionPacing> _suspicions = [];

    private readonly TimeProvider _timeProvider;
    private readonly GuardedLogger _logger;
    private readonly BurstLogs<LostOne> _losses;
    private readonly BurstLogs<ConnectionLabel> _suspects;
    private readonly BurstLogs<Stranger> _strangers;

    private ConnectionLog(TimeProvider timeProvider, GuardedLogger logger)
    {
        _timeProvider = timeProvider;
        _logger = logger;
        _losses = new(_ => new(BurstRule.Storm, () => new LossTally(logger), timeProvider));
        _suspects = new(_ => new(BurstRule.Storm, () => new SuspectTally(logger), timeProvider));
        _strangers = new(name => StrangerTally.Log(
            timeProvider,
            (many, reasons, addresses) => MonitoringLog.Strangers(logger, many.All, name, many.Window, many.Held, reasons, addresses)));
    }

    /// <summary>The one of this logger and clock.</summary>
    /// <param name="timeProvider">Guarded.</param>
    /// <param name="logger">Where it logs.</param>
    public static ConnectionLog Of(TimeProvider timeProvider, GuardedLogger logger) =>
        s_logs.GetValue(timeProvider, static _ => []).GetValue(logger, made => new ConnectionLog(timeProvider, made));

    /// <summary>Once, at the end of a connection.</summary>
    public void Lost(ConnectionLoss loss, ConnectionLabel label)
    {
        if (_logger.IsNone)
        {
            return;
        }

        if (loss is HandshakeFailed or PeerNotLiveness || loss.IsBeforeHandshake)
        {
            // Strangers knock on every open port; and whoever attached it is told by an exception.
            if (_strangers.Note(label.Name, Stranger.Of(loss, label)))
            {
                MonitoringLog.HandshakeLost(_logger, loss, label);
            }
            else
            {
                MonitoringLog.HandshakeLostDetail(_logger.Details, loss, label);
            }
        }
        else if (_losses.Note(label.Name, new LostOne(loss, label)))
        {
            MonitoringLog.ConnectionLost(_logger, loss, label);
        }
        else
        {
            MonitoringLog.LossDetail(_logger.Details, loss, label);
        }
    }

    /// <summary>Nothing is heard of it, and there is no verdict yet.</summary>
    /// <param name="monitor">Of the connection.</param>
    /// <param name="seen">As it was seen.</param>
    public void Suspect(ConnectionMonitor monitor, ConnectionSnapshot seen)
    {
        if (_logger.IsNone)
        {
            return;
        }

        ConnectionLabel label = monitor.Label;
        SuspicionPacing pacing = _suspicions.GetValue(monitor, static _ => new SuspicionPacing());
        int? untold;
        lock (pacing)
        {
            untold = pacing.Note(Instant.Now(_timeProvider));
        }

        if (untold is not null && _suspects.Note(label.Name, label))
        {
            MonitoringLog.Suspect(_logger, seen, untold, label);
            return;
        }

        lock (pacing)
        {
            pacing.NoteSummed();
        }

        MonitoringLog.SuspectDetail(_logger.Details, seen, label);
    }

    /// <summary>It was heard again: told where its suspicion was.</summary>
    public void AliveAgain(ConnectionMonitor monitor)
    {
        bool isTold = true;
        if (_suspicions.TryGetValue(monitor, out SuspicionPacing? pacing))
        {
            lock (pacing)
            {
                isTold = pacing.IsTold;
            }
        }

        if (isTold)
        {
            MonitoringLog.AliveAgain(_logger, monitor.Label);
        }
        else
        {
            MonitoringLog.AliveAgainDetail(_logger.Details, monitor.Label);
        }
    }

    /// <summary>What is held is told: its owner goes.</summary>
    public void TellNow()
    {
        _losses.TellNow();
        _suspects.TellNow();
        _strangers.TellNow();
    }
}
