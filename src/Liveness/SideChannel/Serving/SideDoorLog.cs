using System.Net;

namespace Liveness.SideChannel;

/// <summary>
/// What the log says of strangers at the port of a side channel: of the first few a minute by itself, and of the others in one line.
/// </summary>
internal sealed class SideDoorLog
{
    private readonly GuardedLogger _logger;
    private readonly BurstLog<Stranger> _failed;
    private readonly BurstLog<Stranger> _refused;

    /// <param name="timeProvider">The clock; guarded.</param>
    /// <param name="logger">Where it logs.</param>
    public SideDoorLog(TimeProvider timeProvider, GuardedLogger logger)
    {
        _logger = logger;
        _failed = StrangerTally.Log(
            timeProvider,
            (many, reasons, addresses) => SideChannelLog.SideStrangers(logger, many.All, many.Window, reasons, addresses, many.Held));
        _refused = StrangerTally.Log(
            timeProvider,
            (many, reasons, addresses) => SideChannelLog.SideRefusals(logger, many.All, many.Window, reasons, addresses, many.Held));
    }

    /// <summary>Somebody did not get through the handshake.</summary>
    public void HandshakeFailed(IPEndPoint remote, Exception failure)
    {
        if (_logger.IsNone)
        {
            return;
        }

        if (_failed.Note(Stranger.Of(failure, remote)))
        {
            SideChannelLog.SideHandshakeFailed(_logger, remote, failure);
        }
        else
        {
            SideChannelLog.SideHandshakeDetail(_logger.Details, remote, failure);
        }
    }

    /// <summary>Somebody was refused, or sent away.</summary>
    public void Refused(IPEndPoint remote, string reason)
    {
        if (_logger.IsNone)
        {
            return;
        }

        if (_refused.Note(Stranger.Of(reason, remote)))
        {
            SideChannelLog.SideRefused(_logger, remote, reason);
        }
        else
        {
            SideChannelLog.SideRefusalDetail(_logger.Details, remote, reason);
        }
    }

    /// <summary>What is held is told: the door is closed.</summary>
    public void TellNow()
    {
        _failed.TellNow();
        _refused.TellNow();
    }
}
